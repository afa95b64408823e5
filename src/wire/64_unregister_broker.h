// UnregisterBroker (key 64), version 0, flexible since 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

struct UnregisterBrokerRequest {
  static constexpr int16_t key = 64;
  static constexpr std::string_view name = "UnregisterBrokerRequest";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  int32_t broker_id = 0;

  static constexpr void describe(auto& m, auto&& f) { f(m.broker_id, "BrokerId"); }
};

struct UnregisterBrokerResponse {
  static constexpr int16_t key = 64;
  static constexpr std::string_view name = "UnregisterBrokerResponse";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.error_message, "ErrorMessage");
  }
};

}  // namespace kelp::wire
