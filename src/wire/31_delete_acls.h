// DeleteAcls (key 31), versions 0-3, flexible since 2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: +filters.pattern_type_filter
// v2: flexible
// v3: same fields
struct DeleteAclsRequest {
  static constexpr int16_t key = 31;
  static constexpr std::string_view name = "DeleteAclsRequest";
  static constexpr Versions versions{0, 3}, flexible = since(2);

  struct DeleteAclsFilter {
    int8_t resource_type_filter = 0;
    std::optional<std::string> resource_name_filter;
    int8_t pattern_type_filter = 3;
    std::optional<std::string> principal_filter;
    std::optional<std::string> host_filter;
    int8_t operation = 0;
    int8_t permission_type = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.resource_type_filter, "ResourceTypeFilter");
      f(m.resource_name_filter, "ResourceNameFilter");
      f(m.pattern_type_filter, "PatternTypeFilter", since(1));
      f(m.principal_filter, "PrincipalFilter");
      f(m.host_filter, "HostFilter");
      f(m.operation, "Operation");
      f(m.permission_type, "PermissionType");
    }
  };

  std::vector<DeleteAclsFilter> filters;

  static constexpr void describe(auto& m, auto&& f) { f(m.filters, "Filters"); }
};

// v1: +filter_results.matching_acls.pattern_type
// v2: flexible
// v3: same fields
struct DeleteAclsResponse {
  static constexpr int16_t key = 31;
  static constexpr std::string_view name = "DeleteAclsResponse";
  static constexpr Versions versions{0, 3}, flexible = since(2);

  struct DeleteAclsMatchingAcl {
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    int8_t resource_type = 0;
    std::string resource_name;
    int8_t pattern_type = 3;
    std::string principal;
    std::string host;
    int8_t operation = 0;
    int8_t permission_type = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
      f(m.resource_type, "ResourceType");
      f(m.resource_name, "ResourceName");
      f(m.pattern_type, "PatternType", since(1));
      f(m.principal, "Principal");
      f(m.host, "Host");
      f(m.operation, "Operation");
      f(m.permission_type, "PermissionType");
    }
  };

  struct DeleteAclsFilterResult {
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    std::vector<DeleteAclsMatchingAcl> matching_acls;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
      f(m.matching_acls, "MatchingAcls");
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<DeleteAclsFilterResult> filter_results;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.filter_results, "FilterResults");
  }
};

}  // namespace kelp::wire
