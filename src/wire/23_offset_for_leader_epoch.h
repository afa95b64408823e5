// OffsetForLeaderEpoch (key 23), versions 0-4, flexible since 4.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: same fields
// v2: +topics.partitions.current_leader_epoch
// v3: +replica_id
// v4: flexible
struct OffsetForLeaderEpochRequest {
  static constexpr int16_t key = 23;
  static constexpr std::string_view name = "OffsetForLeaderEpochRequest";
  static constexpr Versions versions{0, 4}, flexible = since(4);

  struct OffsetForLeaderPartition {
    int32_t partition = 0;
    int32_t current_leader_epoch = -1;
    int32_t leader_epoch = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition, "Partition");
      f(m.current_leader_epoch, "CurrentLeaderEpoch", since(2));
      f(m.leader_epoch, "LeaderEpoch");
    }
  };

  struct OffsetForLeaderTopic {
    std::string topic;
    std::vector<OffsetForLeaderPartition> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic, "Topic");
      f(m.partitions, "Partitions");
    }
  };

  int32_t replica_id = -2;
  std::vector<OffsetForLeaderTopic> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.replica_id, "ReplicaId", since(3));
    f(m.topics, "Topics");
  }
};

// v1: +topics.partitions.leader_epoch
// v2: +throttle_time_ms
// v3: same fields
// v4: flexible
struct OffsetForLeaderEpochResponse {
  static constexpr int16_t key = 23;
  static constexpr std::string_view name = "OffsetForLeaderEpochResponse";
  static constexpr Versions versions{0, 4}, flexible = since(4);

  struct EpochEndOffset {
    ErrorCode error_code = ErrorCode::none;
    int32_t partition = 0;
    int32_t leader_epoch = -1;
    int64_t end_offset = -1;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.error_code, "ErrorCode");
      f(m.partition, "Partition");
      f(m.leader_epoch, "LeaderEpoch", since(1));
      f(m.end_offset, "EndOffset");
    }
  };

  struct OffsetForLeaderTopicResult {
    std::string topic;
    std::vector<EpochEndOffset> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic, "Topic");
      f(m.partitions, "Partitions");
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<OffsetForLeaderTopicResult> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs", since(2));
    f(m.topics, "Topics");
  }
};

}  // namespace kelp::wire
