// AlterClientQuotas (key 49), versions 0-1, flexible since 1.
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
struct AlterClientQuotasRequest {
  static constexpr int16_t key = 49;
  static constexpr std::string_view name = "AlterClientQuotasRequest";
  static constexpr Versions versions{0, 1}, flexible = since(1);

  struct EntityData {
    std::string entity_type;
    std::optional<std::string> entity_name;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.entity_type, "EntityType");
      f(m.entity_name, "EntityName");
    }
  };

  struct OpData {
    std::string key;
    double value = 0;
    bool remove = false;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.key, "Key");
      f(m.value, "Value");
      f(m.remove, "Remove");
    }
  };

  struct EntryData {
    std::vector<EntityData> entity;
    std::vector<OpData> ops;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.entity, "Entity");
      f(m.ops, "Ops");
    }
  };

  std::vector<EntryData> entries;
  bool validate_only = false;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.entries, "Entries");
    f(m.validate_only, "ValidateOnly");
  }
};

// v1: flexible
struct AlterClientQuotasResponse {
  static constexpr int16_t key = 49;
  static constexpr std::string_view name = "AlterClientQuotasResponse";
  static constexpr Versions versions{0, 1}, flexible = since(1);

  struct EntityData {
    std::string entity_type;
    std::optional<std::string> entity_name;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.entity_type, "EntityType");
      f(m.entity_name, "EntityName");
    }
  };

  struct EntryData {
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    std::vector<EntityData> entity;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
      f(m.entity, "Entity");
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<EntryData> entries;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.entries, "Entries");
  }
};

}  // namespace kelp::wire
