// RenewDelegationToken (key 39), versions 0-2, flexible since 2.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error_code.h"
#include "base/slice.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: same fields
// v2: flexible
struct RenewDelegationTokenRequest {
  static constexpr int16_t key = 39;
  static constexpr std::string_view name = "RenewDelegationTokenRequest";
  static constexpr Versions versions{0, 2}, flexible = since(2);

  Slice hmac;
  int64_t renew_period_ms = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.hmac, "Hmac");
    f(m.renew_period_ms, "RenewPeriodMs");
  }
};

// v1: same fields
// v2: flexible
struct RenewDelegationTokenResponse {
  static constexpr int16_t key = 39;
  static constexpr std::string_view name = "RenewDelegationTokenResponse";
  static constexpr Versions versions{0, 2}, flexible = since(2);

  ErrorCode error_code = ErrorCode::none;
  int64_t expiry_timestamp_ms = 0;
  int32_t throttle_time_ms = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.error_code, "ErrorCode");
    f(m.expiry_timestamp_ms, "ExpiryTimestampMs");
    f(m.throttle_time_ms, "ThrottleTimeMs");
  }
};

}  // namespace kelp::wire
