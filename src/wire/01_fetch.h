// Fetch (key 1), versions 0-18, flexible since 12.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "base/uuid.h"
#include "wire/records.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1-v2: same fields
// v3: +max_bytes
// v4: +isolation_level
// v5: +topics.partitions.log_start_offset
// v6: same fields
// v7: +session_id, +session_epoch, +forgotten_topics_data
// v8: same fields
// v9: +topics.partitions.current_leader_epoch
// v10: same fields
// v11: +rack_id
// v12: flexible, +cluster_id (tag 0), +topics.partitions.last_fetched_epoch
// v13: -topics.topic, +topics.topic_id, -forgotten_topics_data.topic,
//     +forgotten_topics_data.topic_id
// v14: same fields
// v15: -replica_id, +replica_state (tag 1)
// v16: same fields
// v17: +topics.partitions.replica_directory_id (tag 0)
// v18: +topics.partitions.high_watermark (tag 1)
struct FetchRequest {
  static constexpr int16_t key = 1;
  static constexpr std::string_view name = "FetchRequest";
  static constexpr Versions versions{0, 18}, flexible = since(12);

  struct ReplicaState {
    int32_t replica_id = -1;
    int64_t replica_epoch = -1;

    friend bool operator==(const ReplicaState&, const ReplicaState&) = default;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.replica_id, "ReplicaId");
      f(m.replica_epoch, "ReplicaEpoch");
    }
  };

  struct FetchPartition {
    int32_t partition = 0;
    int32_t current_leader_epoch = -1;
    int64_t fetch_offset = 0;
    int32_t last_fetched_epoch = -1;
    int64_t log_start_offset = -1;
    int32_t partition_max_bytes = 0;
    Uuid replica_directory_id;
    int64_t high_watermark = std::numeric_limits<int64_t>::max();

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition, "Partition");
      f(m.current_leader_epoch, "CurrentLeaderEpoch", since(9));
      f(m.fetch_offset, "FetchOffset");
      f(m.last_fetched_epoch, "LastFetchedEpoch", since(12));
      f(m.log_start_offset, "LogStartOffset", since(5));
      f(m.partition_max_bytes, "PartitionMaxBytes");
      f(m.replica_directory_id, "ReplicaDirectoryId", since(17), tag(0));
      f(m.high_watermark, "HighWatermark", since(18), tag(1));
    }
  };

  struct FetchTopic {
    std::string topic;
    Uuid topic_id;
    std::vector<FetchPartition> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic, "Topic", until(12));
      f(m.topic_id, "TopicId", since(13));
      f(m.partitions, "Partitions");
    }
  };

  struct ForgottenTopic {
    std::string topic;
    Uuid topic_id;
    std::vector<int32_t> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic, "Topic", until(12));
      f(m.topic_id, "TopicId", since(13));
      f(m.partitions, "Partitions");
    }
  };

  std::optional<std::string> cluster_id;
  int32_t replica_id = -1;
  ReplicaState replica_state;
  int32_t max_wait_ms = 0;
  int32_t min_bytes = 0;
  int32_t max_bytes = std::numeric_limits<int32_t>::max();
  int8_t isolation_level = 0;
  int32_t session_id = 0;
  int32_t session_epoch = -1;
  std::vector<FetchTopic> topics;
  std::vector<ForgottenTopic> forgotten_topics_data;
  std::string rack_id;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.replica_id, "ReplicaId", until(14));
    f(m.max_wait_ms, "MaxWaitMs");
    f(m.min_bytes, "MinBytes");
    f(m.max_bytes, "MaxBytes", since(3));
    f(m.isolation_level, "IsolationLevel", since(4));
    f(m.session_id, "SessionId", since(7));
    f(m.session_epoch, "SessionEpoch", since(7));
    f(m.topics, "Topics");
    f(m.forgotten_topics_data, "ForgottenTopicsData", since(7));
    f(m.rack_id, "RackId", since(11));
    f(m.cluster_id, "ClusterId", since(12), tag(0));
    f(m.replica_state, "ReplicaState", since(15), tag(1));
  }
};

// v1: +throttle_time_ms
// v2-v3: same fields
// v4: +responses.partitions.last_stable_offset, +responses.partitions.aborted_transactions
// v5: +responses.partitions.log_start_offset
// v6: same fields
// v7: +error_code, +session_id
// v8-v10: same fields
// v11: +responses.partitions.preferred_read_replica
// v12: flexible, +responses.partitions.diverging_epoch (tag 0),
//     +responses.partitions.current_leader (tag 1), +responses.partitions.snapshot_id (tag 2)
// v13: -responses.topic, +responses.topic_id
// v14-v15: same fields
// v16: +node_endpoints (tag 0)
// v17-v18: same fields
struct FetchResponse {
  static constexpr int16_t key = 1;
  static constexpr std::string_view name = "FetchResponse";
  static constexpr Versions versions{0, 18}, flexible = since(12);

  struct EpochEndOffset {
    int32_t epoch = -1;
    int64_t end_offset = -1;

    friend bool operator==(const EpochEndOffset&, const EpochEndOffset&) = default;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.epoch, "Epoch");
      f(m.end_offset, "EndOffset");
    }
  };

  struct LeaderIdAndEpoch {
    int32_t leader_id = -1;
    int32_t leader_epoch = -1;

    friend bool operator==(const LeaderIdAndEpoch&, const LeaderIdAndEpoch&) = default;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.leader_id, "LeaderId");
      f(m.leader_epoch, "LeaderEpoch");
    }
  };

  struct SnapshotId {
    int64_t end_offset = -1;
    int32_t epoch = -1;

    friend bool operator==(const SnapshotId&, const SnapshotId&) = default;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.end_offset, "EndOffset");
      f(m.epoch, "Epoch");
    }
  };

  struct AbortedTransaction {
    int64_t producer_id = 0;
    int64_t first_offset = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.producer_id, "ProducerId");
      f(m.first_offset, "FirstOffset");
    }
  };

  struct PartitionData {
    int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;
    int64_t high_watermark = 0;
    int64_t last_stable_offset = -1;
    int64_t log_start_offset = -1;
    EpochEndOffset diverging_epoch;
    LeaderIdAndEpoch current_leader;
    SnapshotId snapshot_id;
    std::optional<std::vector<AbortedTransaction>> aborted_transactions;
    int32_t preferred_read_replica = -1;
    Records records;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.error_code, "ErrorCode");
      f(m.high_watermark, "HighWatermark");
      f(m.last_stable_offset, "LastStableOffset", since(4));
      f(m.log_start_offset, "LogStartOffset", since(5));
      f(m.aborted_transactions, "AbortedTransactions", since(4));
      f(m.preferred_read_replica, "PreferredReadReplica", since(11));
      f(m.records, "Records");
      f(m.diverging_epoch, "DivergingEpoch", since(12), tag(0));
      f(m.current_leader, "CurrentLeader", since(12), tag(1));
      f(m.snapshot_id, "SnapshotId", since(12), tag(2));
    }
  };

  struct FetchableTopicResponse {
    std::string topic;
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic, "Topic", until(12));
      f(m.topic_id, "TopicId", since(13));
      f(m.partitions, "Partitions");
    }
  };

  struct NodeEndpoint {
    int32_t node_id = 0;
    std::string host;
    int32_t port = 0;
    std::optional<std::string> rack;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.node_id, "NodeId");
      f(m.host, "Host");
      f(m.port, "Port");
      f(m.rack, "Rack");
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  int32_t session_id = 0;
  std::vector<FetchableTopicResponse> responses;
  std::vector<NodeEndpoint> node_endpoints;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs", since(1));
    f(m.error_code, "ErrorCode", since(7));
    f(m.session_id, "SessionId", since(7));
    f(m.responses, "Responses");
    f(m.node_endpoints, "NodeEndpoints", since(16), tag(0));
  }
};

}  // namespace kelp::wire
