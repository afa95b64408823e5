// GetTelemetrySubscriptions (key 71), version 0, flexible since 0.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "base/uuid.h"
#include "wire/versions.h"

namespace kelp::wire {

struct GetTelemetrySubscriptionsRequest {
  static constexpr int16_t key = 71;
  static constexpr std::string_view name = "GetTelemetrySubscriptionsRequest";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  Uuid client_instance_id;

  static constexpr void describe(auto& m, auto&& f) { f(m.client_instance_id, "ClientInstanceId"); }
};

struct GetTelemetrySubscriptionsResponse {
  static constexpr int16_t key = 71;
  static constexpr std::string_view name = "GetTelemetrySubscriptionsResponse";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  Uuid client_instance_id;
  int32_t subscription_id = 0;
  std::vector<int8_t> accepted_compression_types;
  int32_t push_interval_ms = 0;
  int32_t telemetry_max_bytes = 0;
  bool delta_temporality = false;
  std::vector<std::string> requested_metrics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.client_instance_id, "ClientInstanceId");
    f(m.subscription_id, "SubscriptionId");
    f(m.accepted_compression_types, "AcceptedCompressionTypes");
    f(m.push_interval_ms, "PushIntervalMs");
    f(m.telemetry_max_bytes, "TelemetryMaxBytes");
    f(m.delta_temporality, "DeltaTemporality");
    f(m.requested_metrics, "RequestedMetrics");
  }
};

}  // namespace kelp::wire
