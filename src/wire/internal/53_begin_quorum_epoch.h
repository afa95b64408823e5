// BeginQuorumEpoch (key 53), versions 0-1, flexible since 1. Between brokers and controllers: tests
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

// v1: flexible, +voter_id, +topics.partitions.voter_directory_id, +leader_endpoints
struct BeginQuorumEpochRequest {
  static constexpr int16_t key = 53;
  static constexpr std::string_view name = "BeginQuorumEpochRequest";
  static constexpr Versions versions{0, 1}, flexible = since(1);

  struct PartitionData {
    int32_t partition_index = 0;
    Uuid voter_directory_id;
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.voter_directory_id, "VoterDirectoryId", since(1));
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
  int32_t voter_id = -1;
  std::vector<TopicData> topics;
  std::vector<LeaderEndpoint> leader_endpoints;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.cluster_id, "ClusterId");
    f(m.voter_id, "VoterId", since(1));
    f(m.topics, "Topics");
    f(m.leader_endpoints, "LeaderEndpoints", since(1));
  }
};

// v1: flexible, +node_endpoints (tag 0)
struct BeginQuorumEpochResponse {
  static constexpr int16_t key = 53;
  static constexpr std::string_view name = "BeginQuorumEpochResponse";
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
