// FetchSnapshot (key 59), versions 0-1, flexible since 0. Between brokers and controllers: tests
// only.
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

// v1: +topics.partitions.replica_directory_id (tag 0)
struct FetchSnapshotRequest {
  static constexpr int16_t key = 59;
  static constexpr std::string_view name = "FetchSnapshotRequest";
  static constexpr Versions versions{0, 1}, flexible = kAlways;

  struct SnapshotId {
    int64_t end_offset = 0;
    int32_t epoch = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.end_offset, "EndOffset");
      f(m.epoch, "Epoch");
    }
  };

  struct PartitionSnapshot {
    int32_t partition = 0;
    int32_t current_leader_epoch = 0;
    SnapshotId snapshot_id;
    int64_t position = 0;
    Uuid replica_directory_id;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition, "Partition");
      f(m.current_leader_epoch, "CurrentLeaderEpoch");
      f(m.snapshot_id, "SnapshotId");
      f(m.position, "Position");
      f(m.replica_directory_id, "ReplicaDirectoryId", since(1), tag(0));
    }
  };

  struct TopicSnapshot {
    std::string name;
    std::vector<PartitionSnapshot> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partitions, "Partitions");
    }
  };

  std::optional<std::string> cluster_id;
  int32_t replica_id = -1;
  int32_t max_bytes = std::numeric_limits<int32_t>::max();
  std::vector<TopicSnapshot> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.replica_id, "ReplicaId");
    f(m.max_bytes, "MaxBytes");
    f(m.topics, "Topics");
    f(m.cluster_id, "ClusterId", kAlways, tag(0));
  }
};

// v1: +node_endpoints (tag 0)
struct FetchSnapshotResponse {
  static constexpr int16_t key = 59;
  static constexpr std::string_view name = "FetchSnapshotResponse";
  static constexpr Versions versions{0, 1}, flexible = kAlways;

  struct SnapshotId {
    int64_t end_offset = 0;
    int32_t epoch = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.end_offset, "EndOffset");
      f(m.epoch, "Epoch");
    }
  };

  struct LeaderIdAndEpoch {
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;

    friend bool operator==(const LeaderIdAndEpoch&, const LeaderIdAndEpoch&) = default;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.leader_id, "LeaderId");
      f(m.leader_epoch, "LeaderEpoch");
    }
  };

  struct PartitionSnapshot {
    int32_t index = 0;
    ErrorCode error_code = ErrorCode::none;
    SnapshotId snapshot_id;
    LeaderIdAndEpoch current_leader;
    int64_t size = 0;
    int64_t position = 0;
    Records unaligned_records;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.index, "Index");
      f(m.error_code, "ErrorCode");
      f(m.snapshot_id, "SnapshotId");
      f(m.size, "Size");
      f(m.position, "Position");
      f(m.unaligned_records, "UnalignedRecords", kAlways, nullable(kNever));
      f(m.current_leader, "CurrentLeader", kAlways, tag(0));
    }
  };

  struct TopicSnapshot {
    std::string name;
    std::vector<PartitionSnapshot> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
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

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::vector<TopicSnapshot> topics;
  std::vector<NodeEndpoint> node_endpoints;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.topics, "Topics");
    f(m.node_endpoints, "NodeEndpoints", since(1), tag(0));
  }
};

}  // namespace kelp::wire
