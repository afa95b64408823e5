// Envelope (key 58), version 0, flexible since 0. Between brokers and controllers: tests only.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error_code.h"
#include "base/slice.h"
#include "wire/versions.h"

namespace kelp::wire {

struct EnvelopeRequest {
  static constexpr int16_t key = 58;
  static constexpr std::string_view name = "EnvelopeRequest";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  Slice request_data;
  std::optional<Slice> request_principal;
  Slice client_host_address;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.request_data, "RequestData");
    f(m.request_principal, "RequestPrincipal");
    f(m.client_host_address, "ClientHostAddress");
  }
};

struct EnvelopeResponse {
  static constexpr int16_t key = 58;
  static constexpr std::string_view name = "EnvelopeResponse";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  std::optional<Slice> response_data;
  ErrorCode error_code = ErrorCode::none;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.response_data, "ResponseData");
    f(m.error_code, "ErrorCode");
  }
};

}  // namespace kelp::wire
