// SyncGroup (key 14), versions 0-5, flexible since 4.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "base/slice.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1-v2: same fields
// v3: +group_instance_id
// v4: flexible
// v5: +protocol_type, +protocol_name
struct SyncGroupRequest {
  static constexpr int16_t key = 14;
  static constexpr std::string_view name = "SyncGroupRequest";
  static constexpr Versions versions{0, 5}, flexible = since(4);

  struct SyncGroupRequestAssignment {
    std::string member_id;
    Slice assignment;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.member_id, "MemberId");
      f(m.assignment, "Assignment");
    }
  };

  std::string group_id;
  int32_t generation_id = 0;
  std::string member_id;
  std::optional<std::string> group_instance_id;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol_name;
  std::vector<SyncGroupRequestAssignment> assignments;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.generation_id, "GenerationId");
    f(m.member_id, "MemberId");
    f(m.group_instance_id, "GroupInstanceId", since(3));
    f(m.protocol_type, "ProtocolType", since(5));
    f(m.protocol_name, "ProtocolName", since(5));
    f(m.assignments, "Assignments");
  }
};

// v1: +throttle_time_ms
// v2-v3: same fields
// v4: flexible
// v5: +protocol_type, +protocol_name
struct SyncGroupResponse {
  static constexpr int16_t key = 14;
  static constexpr std::string_view name = "SyncGroupResponse";
  static constexpr Versions versions{0, 5}, flexible = since(4);

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol_name;
  Slice assignment;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs", since(1));
    f(m.error_code, "ErrorCode");
    f(m.protocol_type, "ProtocolType", since(5));
    f(m.protocol_name, "ProtocolName", since(5));
    f(m.assignment, "Assignment");
  }
};

}  // namespace kelp::wire
