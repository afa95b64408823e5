// ListPartitionReassignments (key 46), version 0, flexible since 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

struct ListPartitionReassignmentsRequest {
  static constexpr int16_t key = 46;
  static constexpr std::string_view name = "ListPartitionReassignmentsRequest";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct ListPartitionReassignmentsTopics {
    std::string name;
    std::vector<int32_t> partition_indexes;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partition_indexes, "PartitionIndexes");
    }
  };

  int32_t timeout_ms = 60000;
  std::optional<std::vector<ListPartitionReassignmentsTopics>> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.timeout_ms, "TimeoutMs");
    f(m.topics, "Topics");
  }
};

struct ListPartitionReassignmentsResponse {
  static constexpr int16_t key = 46;
  static constexpr std::string_view name = "ListPartitionReassignmentsResponse";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct OngoingPartitionReassignment {
    int32_t partition_index = 0;
    std::vector<int32_t> replicas;
    std::vector<int32_t> adding_replicas;
    std::vector<int32_t> removing_replicas;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.replicas, "Replicas");
      f(m.adding_replicas, "AddingReplicas");
      f(m.removing_replicas, "RemovingReplicas");
    }
  };

  struct OngoingTopicReassignment {
    std::string name;
    std::vector<OngoingPartitionReassignment> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partitions, "Partitions");
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;
  std::vector<OngoingTopicReassignment> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.error_message, "ErrorMessage");
    f(m.topics, "Topics");
  }
};

}  // namespace kelp::wire
