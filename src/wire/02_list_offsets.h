// ListOffsets (key 2), versions 0-11, flexible since 6.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: -topics.partitions.max_num_offsets
// v2: +isolation_level
// v3: same fields
// v4: +topics.partitions.current_leader_epoch
// v5: same fields
// v6: flexible
// v7-v9: same fields
// v10: +timeout_ms
// v11: same fields
struct ListOffsetsRequest {
  static constexpr int16_t key = 2;
  static constexpr std::string_view name = "ListOffsetsRequest";
  static constexpr Versions versions{0, 11}, flexible = since(6);

  struct ListOffsetsPartition {
    int32_t partition_index = 0;
    int32_t current_leader_epoch = -1;
    int64_t timestamp = 0;
    int32_t max_num_offsets = 1;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.current_leader_epoch, "CurrentLeaderEpoch", since(4));
      f(m.timestamp, "Timestamp");
      f(m.max_num_offsets, "MaxNumOffsets", until(0));
    }
  };

  struct ListOffsetsTopic {
    std::string name;
    std::vector<ListOffsetsPartition> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partitions, "Partitions");
    }
  };

  int32_t replica_id = 0;
  int8_t isolation_level = 0;
  std::vector<ListOffsetsTopic> topics;
  int32_t timeout_ms = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.replica_id, "ReplicaId");
    f(m.isolation_level, "IsolationLevel", since(2));
    f(m.topics, "Topics");
    f(m.timeout_ms, "TimeoutMs", since(10));
  }
};

// v1: -topics.partitions.old_style_offsets, +topics.partitions.timestamp,
//     +topics.partitions.offset
// v2: +throttle_time_ms
// v3: same fields
// v4: +topics.partitions.leader_epoch
// v5: same fields
// v6: flexible
// v7-v11: same fields
struct ListOffsetsResponse {
  static constexpr int16_t key = 2;
  static constexpr std::string_view name = "ListOffsetsResponse";
  static constexpr Versions versions{0, 11}, flexible = since(6);

  struct ListOffsetsPartitionResponse {
    int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;
    std::vector<int64_t> old_style_offsets;
    int64_t timestamp = -1;
    int64_t offset = -1;
    int32_t leader_epoch = -1;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.error_code, "ErrorCode");
      f(m.old_style_offsets, "OldStyleOffsets", until(0));
      f(m.timestamp, "Timestamp", since(1));
      f(m.offset, "Offset", since(1));
      f(m.leader_epoch, "LeaderEpoch", since(4));
    }
  };

  struct ListOffsetsTopicResponse {
    std::string name;
    std::vector<ListOffsetsPartitionResponse> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partitions, "Partitions");
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<ListOffsetsTopicResponse> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs", since(2));
    f(m.topics, "Topics");
  }
};

}  // namespace kelp::wire
