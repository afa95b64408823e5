// SaslAuthenticate (key 36), versions 0-2, flexible since 2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error_code.h"
#include "base/slice.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: same fields
// v2: flexible
struct SaslAuthenticateRequest {
  static constexpr int16_t key = 36;
  static constexpr std::string_view name = "SaslAuthenticateRequest";
  static constexpr Versions versions{0, 2}, flexible = since(2);

  Slice auth_bytes;

  static constexpr void describe(auto& m, auto&& f) { f(m.auth_bytes, "AuthBytes"); }
};

// v1: +session_lifetime_ms
// v2: flexible
struct SaslAuthenticateResponse {
  static constexpr int16_t key = 36;
  static constexpr std::string_view name = "SaslAuthenticateResponse";
  static constexpr Versions versions{0, 2}, flexible = since(2);

  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;
  Slice auth_bytes;
  int64_t session_lifetime_ms = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.error_code, "ErrorCode");
    f(m.error_message, "ErrorMessage");
    f(m.auth_bytes, "AuthBytes");
    f(m.session_lifetime_ms, "SessionLifetimeMs", since(1));
  }
};

}  // namespace kelp::wire
