// ListConfigResources (key 74), versions 0-1, flexible since 0.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: +resource_types
struct ListConfigResourcesRequest {
  static constexpr int16_t key = 74;
  static constexpr std::string_view name = "ListConfigResourcesRequest";
  static constexpr Versions versions{0, 1}, flexible = kAlways;

  std::vector<int8_t> resource_types;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.resource_types, "ResourceTypes", since(1));
  }
};

// v1: +config_resources.resource_type
struct ListConfigResourcesResponse {
  static constexpr int16_t key = 74;
  static constexpr std::string_view name = "ListConfigResourcesResponse";
  static constexpr Versions versions{0, 1}, flexible = kAlways;

  struct ConfigResource {
    std::string resource_name;
    int8_t resource_type = 16;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.resource_name, "ResourceName");
      f(m.resource_type, "ResourceType", since(1));
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::vector<ConfigResource> config_resources;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.config_resources, "ConfigResources");
  }
};

}  // namespace kelp::wire
