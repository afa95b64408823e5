// SaslHandshake (key 17), versions 0-1, never flexible.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: same fields
struct SaslHandshakeRequest {
  static constexpr int16_t key = 17;
  static constexpr std::string_view name = "SaslHandshakeRequest";
  static constexpr Versions versions{0, 1}, flexible = kNever;

  std::string mechanism;

  static constexpr void describe(auto& m, auto&& f) { f(m.mechanism, "Mechanism"); }
};

// v1: same fields
struct SaslHandshakeResponse {
  static constexpr int16_t key = 17;
  static constexpr std::string_view name = "SaslHandshakeResponse";
  static constexpr Versions versions{0, 1}, flexible = kNever;

  ErrorCode error_code = ErrorCode::none;
  std::vector<std::string> mechanisms;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.error_code, "ErrorCode");
    f(m.mechanisms, "Mechanisms");
  }
};

}  // namespace kelp::wire
