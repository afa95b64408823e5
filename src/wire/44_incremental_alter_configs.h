// IncrementalAlterConfigs (key 44), versions 0-1, flexible since 1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: flexible
struct IncrementalAlterConfigsRequest {
  static constexpr int16_t key = 44;
  static constexpr std::string_view name = "IncrementalAlterConfigsRequest";
  static constexpr Versions versions{0, 1}, flexible = since(1);

  struct AlterableConfig {
    std::string name;
    int8_t config_operation = 0;
    std::optional<std::string> value;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.config_operation, "ConfigOperation");
      f(m.value, "Value");
    }
  };

  struct AlterConfigsResource {
    int8_t resource_type = 0;
    std::string resource_name;
    std::vector<AlterableConfig> configs;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.resource_type, "ResourceType");
      f(m.resource_name, "ResourceName");
      f(m.configs, "Configs");
    }
  };

  std::vector<AlterConfigsResource> resources;
  bool validate_only = false;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.resources, "Resources");
    f(m.validate_only, "ValidateOnly");
  }
};

// v1: flexible
struct IncrementalAlterConfigsResponse {
  static constexpr int16_t key = 44;
  static constexpr std::string_view name = "IncrementalAlterConfigsResponse";
  static constexpr Versions versions{0, 1}, flexible = since(1);

  struct AlterConfigsResourceResponse {
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    int8_t resource_type = 0;
    std::string resource_name;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
      f(m.resource_type, "ResourceType");
      f(m.resource_name, "ResourceName");
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<AlterConfigsResourceResponse> responses;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.responses, "Responses");
  }
};

}  // namespace kelp::wire
