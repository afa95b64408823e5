// Vote (key 52), versions 0-2, flexible since 0. Between brokers and controllers: tests only.
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

// v1: +voter_id, +topics.partitions.replica_directory_id, +topics.partitions.voter_directory_id
// v2: +topics.partitions.pre_vote
struct VoteRequest {
  static constexpr int16_t key = 52;
  static constexpr std::string_view name = "VoteRequest";
  static constexpr Versions versions{0, 2}, flexible = kAlways;

  struct PartitionData {
    int32_t partition_index = 0;
    int32_t replica_epoch = 0;
    int32_t replica_id = 0;
    Uuid replica_directory_id;
    Uuid voter_directory_id;
    int32_t last_offset_epoch = 0;
    int64_t last_offset = 0;
    bool pre_vote = false;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.replica_epoch, "ReplicaEpoch");
      f(m.replica_id, "ReplicaId");
      f(m.replica_directory_id, "ReplicaDirectoryId", since(1));
      f(m.voter_directory_id, "VoterDirectoryId", since(1));
      f(m.last_offset_epoch, "LastOffsetEpoch");
      f(m.last_offset, "LastOffset");
      f(m.pre_vote, "PreVote", since(2));
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

  std::optional<std::string> cluster_id;
  int32_t voter_id = -1;
  std::vector<TopicData> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.cluster_id, "ClusterId");
    f(m.voter_id, "VoterId", since(1));
    f(m.topics, "Topics");
  }
};

// v1: +node_endpoints (tag 0)
// v2: same fields
struct VoteResponse {
  static constexpr int16_t key = 52;
  static constexpr std::string_view name = "VoteResponse";
  static constexpr Versions versions{0, 2}, flexible = kAlways;

  struct PartitionData {
    int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;
    bool vote_granted = false;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.error_code, "ErrorCode");
      f(m.leader_id, "LeaderId");
      f(m.leader_epoch, "LeaderEpoch");
      f(m.vote_granted, "VoteGranted");
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
