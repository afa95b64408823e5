// LeaveGroup (key 13), versions 0-5, flexible since 4.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1-v2: same fields
// v3: -member_id, +members
// v4: flexible
// v5: +members.reason
struct LeaveGroupRequest {
  static constexpr int16_t key = 13;
  static constexpr std::string_view name = "LeaveGroupRequest";
  static constexpr Versions versions{0, 5}, flexible = since(4);

  struct MemberIdentity {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::optional<std::string> reason;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.member_id, "MemberId");
      f(m.group_instance_id, "GroupInstanceId");
      f(m.reason, "Reason", since(5));
    }
  };

  std::string group_id;
  std::string member_id;
  std::vector<MemberIdentity> members;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.member_id, "MemberId", until(2));
    f(m.members, "Members", since(3));
  }
};

// v1: +throttle_time_ms
// v2: same fields
// v3: +members
// v4: flexible
// v5: same fields
struct LeaveGroupResponse {
  static constexpr int16_t key = 13;
  static constexpr std::string_view name = "LeaveGroupResponse";
  static constexpr Versions versions{0, 5}, flexible = since(4);

  struct MemberResponse {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    ErrorCode error_code = ErrorCode::none;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.member_id, "MemberId");
      f(m.group_instance_id, "GroupInstanceId");
      f(m.error_code, "ErrorCode");
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::vector<MemberResponse> members;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs", since(1));
    f(m.error_code, "ErrorCode");
    f(m.members, "Members", since(3));
  }
};

}  // namespace kelp::wire
