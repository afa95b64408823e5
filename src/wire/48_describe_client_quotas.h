// DescribeClientQuotas (key 48), versions 0-1, flexible since 1.
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
struct DescribeClientQuotasRequest {
  static constexpr int16_t key = 48;
  static constexpr std::string_view name = "DescribeClientQuotasRequest";
  static constexpr Versions versions{0, 1}, flexible = since(1);

  struct ComponentData {
    std::string entity_type;
    int8_t match_type = 0;
    std::optional<std::string> match;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.entity_type, "EntityType");
      f(m.match_type, "MatchType");
      f(m.match, "Match");
    }
  };

  std::vector<ComponentData> components;
  bool strict = false;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.components, "Components");
    f(m.strict, "Strict");
  }
};

// v1: flexible
struct DescribeClientQuotasResponse {
  static constexpr int16_t key = 48;
  static constexpr std::string_view name = "DescribeClientQuotasResponse";
  static constexpr Versions versions{0, 1}, flexible = since(1);

  struct EntityData {
    std::string entity_type;
    std::optional<std::string> entity_name;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.entity_type, "EntityType");
      f(m.entity_name, "EntityName");
    }
  };

  struct ValueData {
    std::string key;
    double value = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.key, "Key");
      f(m.value, "Value");
    }
  };

  struct EntryData {
    std::vector<EntityData> entity;
    std::vector<ValueData> values;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.entity, "Entity");
      f(m.values, "Values");
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;
  std::optional<std::vector<EntryData>> entries;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.error_message, "ErrorMessage");
    f(m.entries, "Entries");
  }
};

}  // namespace kelp::wire
