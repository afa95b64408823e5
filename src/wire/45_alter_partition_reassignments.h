// AlterPartitionReassignments (key 45), versions 0-1, flexible since 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: +allow_replication_factor_change
struct AlterPartitionReassignmentsRequest {
  static constexpr int16_t key = 45;
  static constexpr std::string_view name = "AlterPartitionReassignmentsRequest";
  static constexpr Versions versions{0, 1}, flexible = kAlways;

  struct ReassignablePartition {
    int32_t partition_index = 0;
    std::optional<std::vector<int32_t>> replicas;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.replicas, "Replicas");
    }
  };

  struct ReassignableTopic {
    std::string name;
    std::vector<ReassignablePartition> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partitions, "Partitions");
    }
  };

  int32_t timeout_ms = 60000;
  bool allow_replication_factor_change = true;
  std::vector<ReassignableTopic> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.timeout_ms, "TimeoutMs");
    f(m.allow_replication_factor_change, "AllowReplicationFactorChange", since(1));
    f(m.topics, "Topics");
  }
};

// v1: +allow_replication_factor_change
struct AlterPartitionReassignmentsResponse {
  static constexpr int16_t key = 45;
  static constexpr std::string_view name = "AlterPartitionReassignmentsResponse";
  static constexpr Versions versions{0, 1}, flexible = kAlways;

  struct ReassignablePartitionResponse {
    int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
    }
  };

  struct ReassignableTopicResponse {
    std::string name;
    std::vector<ReassignablePartitionResponse> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partitions, "Partitions");
    }
  };

  int32_t throttle_time_ms = 0;
  bool allow_replication_factor_change = true;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;
  std::vector<ReassignableTopicResponse> responses;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.allow_replication_factor_change, "AllowReplicationFactorChange", since(1));
    f(m.error_code, "ErrorCode");
    f(m.error_message, "ErrorMessage");
    f(m.responses, "Responses");
  }
};

}  // namespace kelp::wire
