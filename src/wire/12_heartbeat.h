// Heartbeat (key 12), versions 0-4, flexible since 4.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1-v2: same fields
// v3: +group_instance_id
// v4: flexible
struct HeartbeatRequest {
  static constexpr int16_t key = 12;
  static constexpr std::string_view name = "HeartbeatRequest";
  static constexpr Versions versions{0, 4}, flexible = since(4);

  std::string group_id;
  int32_t generation_id = 0;
  std::string member_id;
  std::optional<std::string> group_instance_id;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.generation_id, "GenerationId");
    f(m.member_id, "MemberId");
    f(m.group_instance_id, "GroupInstanceId", since(3));
  }
};

// v1: +throttle_time_ms
// v2-v3: same fields
// v4: flexible
struct HeartbeatResponse {
  static constexpr int16_t key = 12;
  static constexpr std::string_view name = "HeartbeatResponse";
  static constexpr Versions versions{0, 4}, flexible = since(4);

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs", since(1));
    f(m.error_code, "ErrorCode");
  }
};

}  // namespace kelp::wire
