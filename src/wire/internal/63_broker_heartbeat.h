// BrokerHeartbeat (key 63), versions 0-2, flexible since 0. Between brokers and controllers: tests
// only.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "base/uuid.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: +offline_log_dirs (tag 0)
// v2: +cordoned_log_dirs (tag 1)
struct BrokerHeartbeatRequest {
  static constexpr int16_t key = 63;
  static constexpr std::string_view name = "BrokerHeartbeatRequest";
  static constexpr Versions versions{0, 2}, flexible = kAlways;

  int32_t broker_id = 0;
  int64_t broker_epoch = -1;
  int64_t current_metadata_offset = 0;
  bool want_fence = false;
  bool want_shut_down = false;
  std::vector<Uuid> offline_log_dirs;
  std::optional<std::vector<Uuid>> cordoned_log_dirs;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.broker_id, "BrokerId");
    f(m.broker_epoch, "BrokerEpoch");
    f(m.current_metadata_offset, "CurrentMetadataOffset");
    f(m.want_fence, "WantFence");
    f(m.want_shut_down, "WantShutDown");
    f(m.offline_log_dirs, "OfflineLogDirs", since(1), tag(0));
    f(m.cordoned_log_dirs, "CordonedLogDirs", since(2), tag(1));
  }
};

// v1-v2: same fields
struct BrokerHeartbeatResponse {
  static constexpr int16_t key = 63;
  static constexpr std::string_view name = "BrokerHeartbeatResponse";
  static constexpr Versions versions{0, 2}, flexible = kAlways;

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  bool is_caught_up = false;
  bool is_fenced = true;
  bool should_shut_down = false;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.is_caught_up, "IsCaughtUp");
    f(m.is_fenced, "IsFenced");
    f(m.should_shut_down, "ShouldShutDown");
  }
};

}  // namespace kelp::wire
