// ElectLeaders (key 43), versions 0-2, flexible since 2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: +election_type
// v2: flexible
struct ElectLeadersRequest {
  static constexpr int16_t key = 43;
  static constexpr std::string_view name = "ElectLeadersRequest";
  static constexpr Versions versions{0, 2}, flexible = since(2);

  struct TopicPartitions {
    std::string topic;
    std::vector<int32_t> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic, "Topic");
      f(m.partitions, "Partitions");
    }
  };

  int8_t election_type = 0;
  std::optional<std::vector<TopicPartitions>> topic_partitions;
  int32_t timeout_ms = 60000;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.election_type, "ElectionType", since(1));
    f(m.topic_partitions, "TopicPartitions");
    f(m.timeout_ms, "TimeoutMs");
  }
};

// v1: +error_code
// v2: flexible
struct ElectLeadersResponse {
  static constexpr int16_t key = 43;
  static constexpr std::string_view name = "ElectLeadersResponse";
  static constexpr Versions versions{0, 2}, flexible = since(2);

  struct PartitionResult {
    int32_t partition_id = 0;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_id, "PartitionId");
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
    }
  };

  struct ReplicaElectionResult {
    std::string topic;
    std::vector<PartitionResult> partition_result;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic, "Topic");
      f(m.partition_result, "PartitionResult");
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::vector<ReplicaElectionResult> replica_election_results;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode", since(1));
    f(m.replica_election_results, "ReplicaElectionResults");
  }
};

}  // namespace kelp::wire
