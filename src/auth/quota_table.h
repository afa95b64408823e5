// QuotaTable: every quota that is set, and which of them a client goes by. Immutable once made; the
// controller makes the next one. Kafka's precedence (KIP-55): a quota of user and client id, of the
// user, of the client id; by name before the default.
#pragma once

#include <array>
#include <compare>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "auth/quota.h"

namespace kelp::auth {

/// The quota that holds for a client, and with whom it is shared: whoever has the same user and
/// client id here, "" where all do. The views are those that were asked with.
struct AppliedQuota {
  double limit = 0;
  std::string_view user;
  std::string_view client_id;
};

class QuotaTable {
 public:
  using Entries = std::map<QuotaEntity, QuotaValues>;

  explicit QuotaTable(Entries entries);
  QuotaTable(const QuotaTable&) = delete;
  QuotaTable& operator=(const QuotaTable&) = delete;

  bool empty() const { return entries_.empty(); }
  const Entries& entries() const { return entries_; }

  /// Nothing: the client is not limited.
  std::optional<AppliedQuota> find(QuotaKey key, std::string_view user,
                                   std::string_view client_id) const;
  /// connection_creation_rate of an address, or of all that have none of their own.
  std::optional<double> find_ip(std::string_view address) const;

 private:
  /// A user or a client id as an entity has it.
  struct Part {
    enum class Kind : uint8_t { none, by_default, named };
    Kind kind = Kind::none;
    std::string_view name;
    friend auto operator<=>(const Part&, const Part&) = default;
  };
  struct Who {
    Part user, client_id;
    friend auto operator<=>(const Who&, const Who&) = default;
  };
  using Index = std::map<Who, double>;

  static Part part_of(const QuotaEntity& entity, std::string_view type);

  Entries entries_;
  std::array<Index, kQuotaKeys.size()> by_key_;  // their names lie in entries_
  std::map<std::string_view, double> by_address_;
  std::optional<double> any_address_;
};

}  // namespace kelp::auth
