// DescribeConfigs (key 32), versions 0-4, flexible since 4.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: +include_synonyms
// v2: same fields
// v3: +include_documentation
// v4: flexible
struct DescribeConfigsRequest {
  static constexpr int16_t key = 32;
  static constexpr std::string_view name = "DescribeConfigsRequest";
  static constexpr Versions versions{0, 4}, flexible = since(4);

  struct DescribeConfigsResource {
    int8_t resource_type = 0;
    std::string resource_name;
    std::optional<std::vector<std::string>> configuration_keys;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.resource_type, "ResourceType");
      f(m.resource_name, "ResourceName");
      f(m.configuration_keys, "ConfigurationKeys");
    }
  };

  std::vector<DescribeConfigsResource> resources;
  bool include_synonyms = false;
  bool include_documentation = false;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.resources, "Resources");
    f(m.include_synonyms, "IncludeSynonyms", since(1));
    f(m.include_documentation, "IncludeDocumentation", since(3));
  }
};

// v1: -results.configs.is_default, +results.configs.config_source, +results.configs.synonyms
// v2: same fields
// v3: +results.configs.config_type, +results.configs.documentation
// v4: flexible
struct DescribeConfigsResponse {
  static constexpr int16_t key = 32;
  static constexpr std::string_view name = "DescribeConfigsResponse";
  static constexpr Versions versions{0, 4}, flexible = since(4);

  struct DescribeConfigsSynonym {
    std::string name;
    std::optional<std::string> value;
    int8_t source = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.value, "Value");
      f(m.source, "Source");
    }
  };

  struct DescribeConfigsResourceResult {
    std::string name;
    std::optional<std::string> value;
    bool read_only = false;
    bool is_default = false;
    int8_t config_source = -1;
    bool is_sensitive = false;
    std::vector<DescribeConfigsSynonym> synonyms;
    int8_t config_type = 0;
    std::optional<std::string> documentation;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.value, "Value");
      f(m.read_only, "ReadOnly");
      f(m.is_default, "IsDefault", until(0));
      f(m.config_source, "ConfigSource", since(1));
      f(m.is_sensitive, "IsSensitive");
      f(m.synonyms, "Synonyms", since(1));
      f(m.config_type, "ConfigType", since(3));
      f(m.documentation, "Documentation", since(3));
    }
  };

  struct DescribeConfigsResult {
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    int8_t resource_type = 0;
    std::string resource_name;
    std::vector<DescribeConfigsResourceResult> configs;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
      f(m.resource_type, "ResourceType");
      f(m.resource_name, "ResourceName");
      f(m.configs, "Configs");
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<DescribeConfigsResult> results;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.results, "Results");
  }
};

}  // namespace kelp::wire
