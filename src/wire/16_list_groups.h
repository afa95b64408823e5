// ListGroups (key 16), versions 0-5, flexible since 3.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1-v2: same fields
// v3: flexible
// v4: +states_filter
// v5: +types_filter
struct ListGroupsRequest {
  static constexpr int16_t key = 16;
  static constexpr std::string_view name = "ListGroupsRequest";
  static constexpr Versions versions{0, 5}, flexible = since(3);

  std::vector<std::string> states_filter;
  std::vector<std::string> types_filter;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.states_filter, "StatesFilter", since(4));
    f(m.types_filter, "TypesFilter", since(5));
  }
};

// v1: +throttle_time_ms
// v2: same fields
// v3: flexible
// v4: +groups.group_state
// v5: +groups.group_type
struct ListGroupsResponse {
  static constexpr int16_t key = 16;
  static constexpr std::string_view name = "ListGroupsResponse";
  static constexpr Versions versions{0, 5}, flexible = since(3);

  struct ListedGroup {
    std::string group_id;
    std::string protocol_type;
    std::string group_state;
    std::string group_type;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.group_id, "GroupId");
      f(m.protocol_type, "ProtocolType");
      f(m.group_state, "GroupState", since(4));
      f(m.group_type, "GroupType", since(5));
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::vector<ListedGroup> groups;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs", since(1));
    f(m.error_code, "ErrorCode");
    f(m.groups, "Groups");
  }
};

}  // namespace kelp::wire
