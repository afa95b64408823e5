// PushTelemetry (key 72), version 0, flexible since 0.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error_code.h"
#include "base/slice.h"
#include "base/uuid.h"
#include "wire/versions.h"

namespace kelp::wire {

struct PushTelemetryRequest {
  static constexpr int16_t key = 72;
  static constexpr std::string_view name = "PushTelemetryRequest";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  Uuid client_instance_id;
  int32_t subscription_id = 0;
  bool terminating = false;
  int8_t compression_type = 0;
  Slice metrics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.client_instance_id, "ClientInstanceId");
    f(m.subscription_id, "SubscriptionId");
    f(m.terminating, "Terminating");
    f(m.compression_type, "CompressionType");
    f(m.metrics, "Metrics");
  }
};

struct PushTelemetryResponse {
  static constexpr int16_t key = 72;
  static constexpr std::string_view name = "PushTelemetryResponse";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
  }
};

}  // namespace kelp::wire
