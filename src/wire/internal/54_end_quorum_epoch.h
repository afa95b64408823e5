// EndQuorumEpoch (key 54), versions 0-1, flexible since 1. Between brokers and controllers: tests
// only.
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

// v1: flexible, -topics.partitions.preferred_successors,
//     +topics.partitions.preferred_candidates, +leader_endpoints
struct EndQuorumEpochRequest {
  static constexpr int16_t key = 54;
  static constexpr std::string_view name = "EndQuorumEpochRequest";
  static constexpr Versions versions{0, 1}, flexible = since(1);

  struct ReplicaInfo {
    int32_t candidate_id = 0;
    Uuid candidate_directory_id;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.candidate_id, "CandidateId");
      f(m.candidate_directory_id, "CandidateDirectoryId");
    }
  };

  struct PartitionData {
    int32_t partition_index = 0;
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;
    std::vector<int32_t> preferred_successors;
    std::vector<ReplicaInfo> preferred_candidates;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.leader_id, "LeaderId");
      f(m.leader_epoch, "LeaderEpoch");
      f(m.preferred_successors, "PreferredSuccessors", until(0));
      f(m.preferred_candidates, "PreferredCandidates", since(1));
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

  struct LeaderEndpoint {
    std::string name;
    std::string host;
    uint16_t port = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.host, "Host");
      f(m.port, "Port");
    }
  };

  std::optional<std::string> cluster_id;
  std::vector<TopicData> topics;
  std::vector<LeaderEndpoint> leader_endpoints;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.cluster_id, "ClusterId");
    f(m.topics, "Topics");
    f(m.leader_endpoints, "LeaderEndpoints", since(1));
  }
};

// v1: flexible, +node_endpoints (tag 0)
struct EndQuorumEpochResponse {
  static constexpr int16_t key = 54;
  static constexpr std::string_view name = "EndQuorumEpochResponse";
  static constexpr Versions versions{0, 1}, flexible = since(1);

  struct PartitionData {
    int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.error_code, "ErrorCode");
      f(m.leader_id, "LeaderId");
      f(m.leader_epoch, "LeaderEpoch");
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

  struct NodeEndpoint {
    int32_t node_id = 0;
    std::string host;
    uint16_t port = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.node_id, "NodeId");
      f(m.host, "Host");
      f(m.port, "Port");
    }
  };

  ErrorCode error_code = ErrorCode::none;
  std::vector<TopicData> topics;
  std::vector<NodeEndpoint> node_endpoints;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.error_code, "ErrorCode");
    f(m.topics, "Topics");
    f(m.node_endpoints, "NodeEndpoints", since(1), tag(0));
  }
};

}  // namespace kelp::wire
