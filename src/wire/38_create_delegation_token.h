// CreateDelegationToken (key 38), versions 0-3, flexible since 2.
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
// v3: +owner_principal_type, +owner_principal_name
struct CreateDelegationTokenRequest {
  static constexpr int16_t key = 38;
  static constexpr std::string_view name = "CreateDelegationTokenRequest";
  static constexpr Versions versions{0, 3}, flexible = since(2);

  struct CreatableRenewers {
    std::string principal_type;
    std::string principal_name;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.principal_type, "PrincipalType");
      f(m.principal_name, "PrincipalName");
    }
  };

  std::optional<std::string> owner_principal_type;
  std::optional<std::string> owner_principal_name;
  std::vector<CreatableRenewers> renewers;
  int64_t max_lifetime_ms = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.owner_principal_type, "OwnerPrincipalType", since(3));
    f(m.owner_principal_name, "OwnerPrincipalName", since(3));
    f(m.renewers, "Renewers");
    f(m.max_lifetime_ms, "MaxLifetimeMs");
  }
};

// v1: same fields
// v2: flexible
// v3: +token_requester_principal_type, +token_requester_principal_name
struct CreateDelegationTokenResponse {
  static constexpr int16_t key = 38;
  static constexpr std::string_view name = "CreateDelegationTokenResponse";
  static constexpr Versions versions{0, 3}, flexible = since(2);

  ErrorCode error_code = ErrorCode::none;
  std::string principal_type;
  std::string principal_name;
  std::string token_requester_principal_type;
  std::string token_requester_principal_name;
  int64_t issue_timestamp_ms = 0;
  int64_t expiry_timestamp_ms = 0;
  int64_t max_timestamp_ms = 0;
  std::string token_id;
  Slice hmac;
  int32_t throttle_time_ms = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.error_code, "ErrorCode");
    f(m.principal_type, "PrincipalType");
    f(m.principal_name, "PrincipalName");
    f(m.token_requester_principal_type, "TokenRequesterPrincipalType", since(3));
    f(m.token_requester_principal_name, "TokenRequesterPrincipalName", since(3));
    f(m.issue_timestamp_ms, "IssueTimestampMs");
    f(m.expiry_timestamp_ms, "ExpiryTimestampMs");
    f(m.max_timestamp_ms, "MaxTimestampMs");
    f(m.token_id, "TokenId");
    f(m.hmac, "Hmac");
    f(m.throttle_time_ms, "ThrottleTimeMs");
  }
};

}  // namespace kelp::wire
