// DescribeQuorum (key 55), versions 0-2, flexible since 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "base/uuid.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1-v2: same fields
struct DescribeQuorumRequest {
  static constexpr int16_t key = 55;
  static constexpr std::string_view name = "DescribeQuorumRequest";
  static constexpr Versions versions{0, 2}, flexible = kAlways;

  struct PartitionData {
    int32_t partition_index = 0;

    static constexpr void describe(auto& m, auto&& f) { f(m.partition_index, "PartitionIndex"); }
  };

  struct TopicData {
    std::string topic_name;
    std::vector<PartitionData> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_name, "TopicName");
      f(m.partitions, "Partitions");
    }
  };

  std::vector<TopicData> topics;

  static constexpr void describe(auto& m, auto&& f) { f(m.topics, "Topics"); }
};

// v1: +topics.partitions.current_voters.last_fetch_timestamp,
//     +topics.partitions.current_voters.last_caught_up_timestamp,
//     +topics.partitions.observers.last_fetch_timestamp,
//     +topics.partitions.observers.last_caught_up_timestamp
// v2: +error_message, +topics.partitions.error_message,
//     +topics.partitions.current_voters.replica_directory_id,
//     +topics.partitions.observers.replica_directory_id, +nodes
struct DescribeQuorumResponse {
  static constexpr int16_t key = 55;
  static constexpr std::string_view name = "DescribeQuorumResponse";
  static constexpr Versions versions{0, 2}, flexible = kAlways;

  struct ReplicaState {
    int32_t replica_id = 0;
    Uuid replica_directory_id;
    int64_t log_end_offset = 0;
    int64_t last_fetch_timestamp = -1;
    int64_t last_caught_up_timestamp = -1;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.replica_id, "ReplicaId");
      f(m.replica_directory_id, "ReplicaDirectoryId", since(2));
      f(m.log_end_offset, "LogEndOffset");
      f(m.last_fetch_timestamp, "LastFetchTimestamp", since(1));
      f(m.last_caught_up_timestamp, "LastCaughtUpTimestamp", since(1));
    }
  };

  struct PartitionData {
    int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;
    int64_t high_watermark = 0;
    std::vector<ReplicaState> current_voters;
    std::vector<ReplicaState> observers;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage", since(2));
      f(m.leader_id, "LeaderId");
      f(m.leader_epoch, "LeaderEpoch");
      f(m.high_watermark, "HighWatermark");
      f(m.current_voters, "CurrentVoters");
      f(m.observers, "Observers");
    }
  };

  struct TopicData {
    std::string topic_name;
    std::vector<PartitionData> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_name, "TopicName");
      f(m.partitions, "Partitions");
    }
  };

  struct Listener {
    std::string name;
    std::string host;
    uint16_t port = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.host, "Host");
      f(m.port, "Port");
    }
  };

  struct Node {
    int32_t node_id = 0;
    std::vector<Listener> listeners;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.node_id, "NodeId");
      f(m.listeners, "Listeners");
    }
  };

  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;
  std::vector<TopicData> topics;
  std::vector<Node> nodes;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.error_code, "ErrorCode");
    f(m.error_message, "ErrorMessage", since(2));
    f(m.topics, "Topics");
    f(m.nodes, "Nodes", since(2));
  }
};

}  // namespace kelp::wire
