// CreatePartitions (key 37), versions 0-3, flexible since 2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: same fields
// v2: flexible
// v3: same fields
struct CreatePartitionsRequest {
  static constexpr int16_t key = 37;
  static constexpr std::string_view name = "CreatePartitionsRequest";
  static constexpr Versions versions{0, 3}, flexible = since(2);

  struct CreatePartitionsAssignment {
    std::vector<int32_t> broker_ids;

    static constexpr void describe(auto& m, auto&& f) { f(m.broker_ids, "BrokerIds"); }
  };

  struct CreatePartitionsTopic {
    std::string name;
    int32_t count = 0;
    std::optional<std::vector<CreatePartitionsAssignment>> assignments;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.count, "Count");
      f(m.assignments, "Assignments");
    }
  };

  std::vector<CreatePartitionsTopic> topics;
  int32_t timeout_ms = 0;
  bool validate_only = false;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.topics, "Topics");
    f(m.timeout_ms, "TimeoutMs");
    f(m.validate_only, "ValidateOnly");
  }
};

// v1: same fields
// v2: flexible
// v3: same fields
struct CreatePartitionsResponse {
  static constexpr int16_t key = 37;
  static constexpr std::string_view name = "CreatePartitionsResponse";
  static constexpr Versions versions{0, 3}, flexible = since(2);

  struct CreatePartitionsTopicResult {
    std::string name;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<CreatePartitionsTopicResult> results;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.results, "Results");
  }
};

}  // namespace kelp::wire
