// CreateAcls (key 30), versions 0-3, flexible since 2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: +creations.resource_pattern_type
// v2: flexible
// v3: same fields
struct CreateAclsRequest {
  static constexpr int16_t key = 30;
  static constexpr std::string_view name = "CreateAclsRequest";
  static constexpr Versions versions{0, 3}, flexible = since(2);

  struct AclCreation {
    int8_t resource_type = 0;
    std::string resource_name;
    int8_t resource_pattern_type = 3;
    std::string principal;
    std::string host;
    int8_t operation = 0;
    int8_t permission_type = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.resource_type, "ResourceType");
      f(m.resource_name, "ResourceName");
      f(m.resource_pattern_type, "ResourcePatternType", since(1));
      f(m.principal, "Principal");
      f(m.host, "Host");
      f(m.operation, "Operation");
      f(m.permission_type, "PermissionType");
    }
  };

  std::vector<AclCreation> creations;

  static constexpr void describe(auto& m, auto&& f) { f(m.creations, "Creations"); }
};

// v1: same fields
// v2: flexible
// v3: same fields
struct CreateAclsResponse {
  static constexpr int16_t key = 30;
  static constexpr std::string_view name = "CreateAclsResponse";
  static constexpr Versions versions{0, 3}, flexible = since(2);

  struct AclCreationResult {
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<AclCreationResult> results;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.results, "Results");
  }
};

}  // namespace kelp::wire
