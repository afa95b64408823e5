// DescribeGroups (key 15), versions 0-6, flexible since 5.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "base/slice.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1-v2: same fields
// v3: +include_authorized_operations
// v4: same fields
// v5: flexible
// v6: same fields
struct DescribeGroupsRequest {
  static constexpr int16_t key = 15;
  static constexpr std::string_view name = "DescribeGroupsRequest";
  static constexpr Versions versions{0, 6}, flexible = since(5);

  std::vector<std::string> groups;
  bool include_authorized_operations = false;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.groups, "Groups");
    f(m.include_authorized_operations, "IncludeAuthorizedOperations", since(3));
  }
};

// v1: +throttle_time_ms
// v2: same fields
// v3: +groups.authorized_operations
// v4: +groups.members.group_instance_id
// v5: flexible
// v6: +groups.error_message
struct DescribeGroupsResponse {
  static constexpr int16_t key = 15;
  static constexpr std::string_view name = "DescribeGroupsResponse";
  static constexpr Versions versions{0, 6}, flexible = since(5);

  struct DescribedGroupMember {
    std::string member_id;
    std::optional<std::string> group_instance_id;
    std::string client_id;
    std::string client_host;
    Slice member_metadata;
    Slice member_assignment;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.member_id, "MemberId");
      f(m.group_instance_id, "GroupInstanceId", since(4));
      f(m.client_id, "ClientId");
      f(m.client_host, "ClientHost");
      f(m.member_metadata, "MemberMetadata");
      f(m.member_assignment, "MemberAssignment");
    }
  };

  struct DescribedGroup {
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    std::string group_id;
    std::string group_state;
    std::string protocol_type;
    std::string protocol_data;
    std::vector<DescribedGroupMember> members;
    int32_t authorized_operations = std::numeric_limits<int32_t>::min();

    static constexpr void describe(auto& m, auto&& f) {
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage", since(6));
      f(m.group_id, "GroupId");
      f(m.group_state, "GroupState");
      f(m.protocol_type, "ProtocolType");
      f(m.protocol_data, "ProtocolData");
      f(m.members, "Members");
      f(m.authorized_operations, "AuthorizedOperations", since(3));
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<DescribedGroup> groups;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs", since(1));
    f(m.groups, "Groups");
  }
};

}  // namespace kelp::wire
