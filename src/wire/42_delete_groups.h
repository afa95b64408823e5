// DeleteGroups (key 42), versions 0-2, flexible since 2.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: same fields
// v2: flexible
struct DeleteGroupsRequest {
  static constexpr int16_t key = 42;
  static constexpr std::string_view name = "DeleteGroupsRequest";
  static constexpr Versions versions{0, 2}, flexible = since(2);

  std::vector<std::string> groups_names;

  static constexpr void describe(auto& m, auto&& f) { f(m.groups_names, "GroupsNames"); }
};

// v1: same fields
// v2: flexible
struct DeleteGroupsResponse {
  static constexpr int16_t key = 42;
  static constexpr std::string_view name = "DeleteGroupsResponse";
  static constexpr Versions versions{0, 2}, flexible = since(2);

  struct DeletableGroupResult {
    std::string group_id;
    ErrorCode error_code = ErrorCode::none;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.group_id, "GroupId");
      f(m.error_code, "ErrorCode");
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<DeletableGroupResult> results;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.results, "Results");
  }
};

}  // namespace kelp::wire
