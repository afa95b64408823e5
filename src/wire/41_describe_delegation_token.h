// DescribeDelegationToken (key 41), versions 0-3, flexible since 2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "base/slice.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: same fields
// v2: flexible
// v3: same fields
struct DescribeDelegationTokenRequest {
  static constexpr int16_t key = 41;
  static constexpr std::string_view name = "DescribeDelegationTokenRequest";
  static constexpr Versions versions{0, 3}, flexible = since(2);

  struct DescribeDelegationTokenOwner {
    std::string principal_type;
    std::string principal_name;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.principal_type, "PrincipalType");
      f(m.principal_name, "PrincipalName");
    }
  };

  std::optional<std::vector<DescribeDelegationTokenOwner>> owners;

  static constexpr void describe(auto& m, auto&& f) { f(m.owners, "Owners"); }
};

// v1: same fields
// v2: flexible
// v3: +tokens.token_requester_principal_type, +tokens.token_requester_principal_name
struct DescribeDelegationTokenResponse {
  static constexpr int16_t key = 41;
  static constexpr std::string_view name = "DescribeDelegationTokenResponse";
  static constexpr Versions versions{0, 3}, flexible = since(2);

  struct DescribedDelegationTokenRenewer {
    std::string principal_type;
    std::string principal_name;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.principal_type, "PrincipalType");
      f(m.principal_name, "PrincipalName");
    }
  };

  struct DescribedDelegationToken {
    std::string principal_type;
    std::string principal_name;
    std::string token_requester_principal_type;
    std::string token_requester_principal_name;
    int64_t issue_timestamp = 0;
    int64_t expiry_timestamp = 0;
    int64_t max_timestamp = 0;
    std::string token_id;
    Slice hmac;
    std::vector<DescribedDelegationTokenRenewer> renewers;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.principal_type, "PrincipalType");
      f(m.principal_name, "PrincipalName");
      f(m.token_requester_principal_type, "TokenRequesterPrincipalType", since(3));
      f(m.token_requester_principal_name, "TokenRequesterPrincipalName", since(3));
      f(m.issue_timestamp, "IssueTimestamp");
      f(m.expiry_timestamp, "ExpiryTimestamp");
      f(m.max_timestamp, "MaxTimestamp");
      f(m.token_id, "TokenId");
      f(m.hmac, "Hmac");
      f(m.renewers, "Renewers");
    }
  };

  ErrorCode error_code = ErrorCode::none;
  std::vector<DescribedDelegationToken> tokens;
  int32_t throttle_time_ms = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.error_code, "ErrorCode");
    f(m.tokens, "Tokens");
    f(m.throttle_time_ms, "ThrottleTimeMs");
  }
};

}  // namespace kelp::wire
