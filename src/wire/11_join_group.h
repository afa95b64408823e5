// JoinGroup (key 11), versions 0-9, flexible since 6.
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

// v1: +rebalance_timeout_ms
// v2-v4: same fields
// v5: +group_instance_id
// v6: flexible
// v7: same fields
// v8: +reason
// v9: same fields
struct JoinGroupRequest {
  static constexpr int16_t key = 11;
  static constexpr std::string_view name = "JoinGroupRequest";
  static constexpr Versions versions{0, 9}, flexible = since(6);

  struct JoinGroupRequestProtocol {
    std::string name;
    Slice metadata;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.metadata, "Metadata");
    }
  };

  std::string group_id;
  int32_t session_timeout_ms = 0;
  int32_t rebalance_timeout_ms = -1;
  std::string member_id;
  std::optional<std::string> group_instance_id;
  std::string protocol_type;
  std::vector<JoinGroupRequestProtocol> protocols;
  std::optional<std::string> reason;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.session_timeout_ms, "SessionTimeoutMs");
    f(m.rebalance_timeout_ms, "RebalanceTimeoutMs", since(1));
    f(m.member_id, "MemberId");
    f(m.group_instance_id, "GroupInstanceId", since(5));
    f(m.protocol_type, "ProtocolType");
    f(m.protocols, "Protocols");
    f(m.reason, "Reason", since(8));
  }
};

// v1: same fields
// v2: +throttle_time_ms
// v3-v4: same fields
// v5: +members.group_instance_id
// v6: flexible
// v7: +protocol_type, protocol_name may be null
// v8: same fields
// v9: +skip_assignment
struct JoinGroupResponse {
  static constexpr int16_t key = 11;
  static constexpr std::string_view name = "JoinGroupResponse";
  static constexpr Versions versions{0, 9}, flexible = since(6);

  struct JoinGroupResponseMember {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    Slice metadata;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.member_id, "MemberId");
      f(m.group_instance_id, "GroupInstanceId", since(5));
      f(m.metadata, "Metadata");
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  int32_t generation_id = -1;
  std::optional<std::string> protocol_type;
  std::optional<std::string> protocol_name;
  std::string leader;
  bool skip_assignment = false;
  std::string member_id;
  std::vector<JoinGroupResponseMember> members;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs", since(2));
    f(m.error_code, "ErrorCode");
    f(m.generation_id, "GenerationId");
    f(m.protocol_type, "ProtocolType", since(7));
    f(m.protocol_name, "ProtocolName", kAlways, nullable(since(7)));
    f(m.leader, "Leader");
    f(m.skip_assignment, "SkipAssignment", since(9));
    f(m.member_id, "MemberId");
    f(m.members, "Members");
  }
};

}  // namespace kelp::wire
