// Metadata (key 3), versions 0-13, flexible since 9.
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

// v1: topics may be null
// v2-v3: same fields
// v4: +allow_auto_topic_creation
// v5-v7: same fields
// v8: +include_cluster_authorized_operations, +include_topic_authorized_operations
// v9: flexible
// v10: +topics.topic_id, topics.name may be null
// v11: -include_cluster_authorized_operations
// v12-v13: same fields
struct MetadataRequest {
  static constexpr int16_t key = 3;
  static constexpr std::string_view name = "MetadataRequest";
  static constexpr Versions versions{0, 13}, flexible = since(9);

  struct MetadataRequestTopic {
    Uuid topic_id;
    std::optional<std::string> name;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId", since(10));
      f(m.name, "Name", kAlways, nullable(since(10)));
    }
  };

  std::optional<std::vector<MetadataRequestTopic>> topics;
  bool allow_auto_topic_creation = true;
  bool include_cluster_authorized_operations = false;
  bool include_topic_authorized_operations = false;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.topics, "Topics", kAlways, nullable(since(1)));
    f(m.allow_auto_topic_creation, "AllowAutoTopicCreation", since(4));
    f(m.include_cluster_authorized_operations, "IncludeClusterAuthorizedOperations",
      between(8, 10));
    f(m.include_topic_authorized_operations, "IncludeTopicAuthorizedOperations", since(8));
  }
};

// v1: +brokers.rack, +controller_id, +topics.is_internal
// v2: +cluster_id
// v3: +throttle_time_ms
// v4: same fields
// v5: +topics.partitions.offline_replicas
// v6: same fields
// v7: +topics.partitions.leader_epoch
// v8: +topics.topic_authorized_operations, +cluster_authorized_operations
// v9: flexible
// v10: +topics.topic_id
// v11: -cluster_authorized_operations
// v12: topics.name may be null
// v13: +error_code
struct MetadataResponse {
  static constexpr int16_t key = 3;
  static constexpr std::string_view name = "MetadataResponse";
  static constexpr Versions versions{0, 13}, flexible = since(9);

  struct MetadataResponseBroker {
    int32_t node_id = 0;
    std::string host;
    int32_t port = 0;
    std::optional<std::string> rack;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.node_id, "NodeId");
      f(m.host, "Host");
      f(m.port, "Port");
      f(m.rack, "Rack", since(1));
    }
  };

  struct MetadataResponsePartition {
    ErrorCode error_code = ErrorCode::none;
    int32_t partition_index = 0;
    int32_t leader_id = 0;
    int32_t leader_epoch = -1;
    std::vector<int32_t> replica_nodes;
    std::vector<int32_t> isr_nodes;
    std::vector<int32_t> offline_replicas;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.error_code, "ErrorCode");
      f(m.partition_index, "PartitionIndex");
      f(m.leader_id, "LeaderId");
      f(m.leader_epoch, "LeaderEpoch", since(7));
      f(m.replica_nodes, "ReplicaNodes");
      f(m.isr_nodes, "IsrNodes");
      f(m.offline_replicas, "OfflineReplicas", since(5));
    }
  };

  struct MetadataResponseTopic {
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> name;
    Uuid topic_id;
    bool is_internal = false;
    std::vector<MetadataResponsePartition> partitions;
    int32_t topic_authorized_operations = std::numeric_limits<int32_t>::min();

    static constexpr void describe(auto& m, auto&& f) {
      f(m.error_code, "ErrorCode");
      f(m.name, "Name", kAlways, nullable(since(12)));
      f(m.topic_id, "TopicId", since(10));
      f(m.is_internal, "IsInternal", since(1));
      f(m.partitions, "Partitions");
      f(m.topic_authorized_operations, "TopicAuthorizedOperations", since(8));
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<MetadataResponseBroker> brokers;
  std::optional<std::string> cluster_id;
  int32_t controller_id = -1;
  std::vector<MetadataResponseTopic> topics;
  int32_t cluster_authorized_operations = std::numeric_limits<int32_t>::min();
  ErrorCode error_code = ErrorCode::none;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs", since(3));
    f(m.brokers, "Brokers");
    f(m.cluster_id, "ClusterId", since(2));
    f(m.controller_id, "ControllerId", since(1));
    f(m.topics, "Topics");
    f(m.cluster_authorized_operations, "ClusterAuthorizedOperations", between(8, 10));
    f(m.error_code, "ErrorCode", since(13));
  }
};

}  // namespace kelp::wire
