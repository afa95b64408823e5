// Accounts: a meter (RateWindow, TokenBucket) for each client that is limited. Bounded: an account
// that is as a new one is forgotten when another is used, and with too many of them the one that
// would be so next. Owner: a shard. Pure.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "auth/quota.h"
#include "auth/rate_window.h"

namespace kelp::auth {

/// Whose usage of what is counted together, at one node.
struct AccountId {
  int32_t node = 0;
  QuotaKey key = QuotaKey::producer_byte_rate;
  std::string user;
  std::string client_id;
  friend bool operator==(const AccountId&, const AccountId&) = default;
};

}  // namespace kelp::auth

template <>
struct std::hash<kelp::auth::AccountId> {
  size_t operator()(const kelp::auth::AccountId& id) const noexcept {
    const std::hash<std::string> of_text;
    const size_t who = (of_text(id.user) * 31) + of_text(id.client_id);
    return (((who * 31) + static_cast<size_t>(id.node)) * 31) + static_cast<size_t>(id.key);
  }
};

namespace kelp::auth {

/// Clients that one shard tells apart within a few seconds. An account takes about half a KiB, so
/// all of them about five MiB; a client id costs its sender nothing, so there has to be an end.
inline constexpr size_t kMaxAccounts = 10'000;

template <class Meter>
class Accounts {
 public:
  explicit Accounts(const QuotaWindows& windows) : windows_(windows) {}

  size_t size() const { return accounts_.size(); }

  /// What `work(Meter&)` says of the account, which is made if there is none.
  template <class Work>
  auto with(const AccountId& id, int64_t now_ms, Work work) {
    forget_blank(now_ms);
    auto found = accounts_.find(id);
    if (found == accounts_.end()) {
      if (accounts_.size() == kMaxAccounts) forget_first();
      found = accounts_.emplace(id, Account(windows_)).first;
    } else {
      by_blank_.erase({found->second.blank_at_ms, &found->first});
    }
    Account& account = found->second;
    auto said = work(account.meter);
    account.blank_at_ms = account.meter.blank_at_ms();
    by_blank_.emplace(account.blank_at_ms, &found->first);
    return said;
  }

 private:
  /// Accounts that are looked at for each that is used: more than one, so that they run out.
  static constexpr int kForgottenAtOnce = 2;

  struct Account {
    explicit Account(const QuotaWindows& windows) : meter(windows) {}
    Meter meter;
    int64_t blank_at_ms = 0;
  };

  void forget_first() {
    const AccountId* id = by_blank_.begin()->second;
    by_blank_.erase(by_blank_.begin());
    accounts_.erase(accounts_.find(*id));
  }
  void forget_blank(int64_t now_ms) {
    for (int i = 0; i < kForgottenAtOnce; ++i) {
      if (by_blank_.empty() || by_blank_.begin()->first > now_ms) return;
      forget_first();
    }
  }

  QuotaWindows windows_;
  std::unordered_map<AccountId, Account> accounts_;
  std::set<std::pair<int64_t, const AccountId*>> by_blank_;  // the ids lie in accounts_
};

}  // namespace kelp::auth
