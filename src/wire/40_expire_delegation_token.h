// ExpireDelegationToken (key 40), versions 0-2, flexible since 2.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error_code.h"
#include "base/slice.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: same fields
// v2: flexible
struct ExpireDelegationTokenRequest {
  static constexpr int16_t key = 40;
  static constexpr std::string_view name = "ExpireDelegationTokenRequest";
  static constexpr Versions versions{0, 2}, flexible = since(2);

  Slice hmac;
  int64_t expiry_time_period_ms = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.hmac, "Hmac");
    f(m.expiry_time_period_ms, "ExpiryTimePeriodMs");
  }
};

// v1: same fields
// v2: flexible
struct ExpireDelegationTokenResponse {
  static constexpr int16_t key = 40;
  static constexpr std::string_view name = "ExpireDelegationTokenResponse";
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
