// DescribeTopicPartitions (key 75), version 0, flexible since 0.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "base/uuid.h"
#include "wire/versions.h"

namespace kelp::wire {

struct DescribeTopicPartitionsRequest {
  static constexpr int16_t key = 75;
  static constexpr std::string_view name = "DescribeTopicPartitionsRequest";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct TopicRequest {
    std::string name;

    static constexpr void describe(auto& m, auto&& f) { f(m.name, "Name"); }
  };

  struct Cursor {
    std::string topic_name;
    int32_t partition_index = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_name, "TopicName");
      f(m.partition_index, "PartitionIndex");
    }
  };

  std::vector<TopicRequest> topics;
  int32_t response_partition_limit = 2000;
  std::optional<Cursor> cursor;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.topics, "Topics");
    f(m.response_partition_limit, "ResponsePartitionLimit");
    f(m.cursor, "Cursor");
  }
};

struct DescribeTopicPartitionsResponse {
  static constexpr int16_t key = 75;
  static constexpr std::string_view name = "DescribeTopicPartitionsResponse";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct DescribeTopicPartitionsResponsePartition {
    ErrorCode error_code = ErrorCode::none;
    int32_t partition_index = 0;
    int32_t leader_id = 0;
    int32_t leader_epoch = -1;
    std::vector<int32_t> replica_nodes;
    std::vector<int32_t> isr_nodes;
    std::optional<std::vector<int32_t>> eligible_leader_replicas;
    std::optional<std::vector<int32_t>> last_known_elr;
    std::vector<int32_t> offline_replicas;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.error_code, "ErrorCode");
      f(m.partition_index, "PartitionIndex");
      f(m.leader_id, "LeaderId");
      f(m.leader_epoch, "LeaderEpoch");
      f(m.replica_nodes, "ReplicaNodes");
      f(m.isr_nodes, "IsrNodes");
      f(m.eligible_leader_replicas, "EligibleLeaderReplicas");
      f(m.last_known_elr, "LastKnownElr");
      f(m.offline_replicas, "OfflineReplicas");
    }
  };

  struct DescribeTopicPartitionsResponseTopic {
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> name;
    Uuid topic_id;
    bool is_internal = false;
    std::vector<DescribeTopicPartitionsResponsePartition> partitions;
    int32_t topic_authorized_operations = std::numeric_limits<int32_t>::min();

    static constexpr void describe(auto& m, auto&& f) {
      f(m.error_code, "ErrorCode");
      f(m.name, "Name");
      f(m.topic_id, "TopicId");
      f(m.is_internal, "IsInternal");
      f(m.partitions, "Partitions");
      f(m.topic_authorized_operations, "TopicAuthorizedOperations");
    }
  };

  struct Cursor {
    std::string topic_name;
    int32_t partition_index = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_name, "TopicName");
      f(m.partition_index, "PartitionIndex");
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<DescribeTopicPartitionsResponseTopic> topics;
  std::optional<Cursor> next_cursor;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.topics, "Topics");
    f(m.next_cursor, "NextCursor");
  }
};

}  // namespace kelp::wire
