// TxnOffsetCommit (key 28), versions 0-5, flexible since 3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: same fields
// v2: +topics.partitions.committed_leader_epoch
// v3: flexible, +generation_id, +member_id, +group_instance_id
// v4-v5: same fields
struct TxnOffsetCommitRequest {
  static constexpr int16_t key = 28;
  static constexpr std::string_view name = "TxnOffsetCommitRequest";
  static constexpr Versions versions{0, 5}, flexible = since(3);

  struct TxnOffsetCommitRequestPartition {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;
    int32_t committed_leader_epoch = -1;
    std::optional<std::string> committed_metadata;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.committed_offset, "CommittedOffset");
      f(m.committed_leader_epoch, "CommittedLeaderEpoch", since(2));
      f(m.committed_metadata, "CommittedMetadata");
    }
  };

  struct TxnOffsetCommitRequestTopic {
    std::string name;
    std::vector<TxnOffsetCommitRequestPartition> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partitions, "Partitions");
    }
  };

  std::string transactional_id;
  std::string group_id;
  int64_t producer_id = 0;
  int16_t producer_epoch = 0;
  int32_t generation_id = -1;
  std::string member_id;
  std::optional<std::string> group_instance_id;
  std::vector<TxnOffsetCommitRequestTopic> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.transactional_id, "TransactionalId");
    f(m.group_id, "GroupId");
    f(m.producer_id, "ProducerId");
    f(m.producer_epoch, "ProducerEpoch");
    f(m.generation_id, "GenerationId", since(3));
    f(m.member_id, "MemberId", since(3));
    f(m.group_instance_id, "GroupInstanceId", since(3));
    f(m.topics, "Topics");
  }
};

// v1-v2: same fields
// v3: flexible
// v4-v5: same fields
struct TxnOffsetCommitResponse {
  static constexpr int16_t key = 28;
  static constexpr std::string_view name = "TxnOffsetCommitResponse";
  static constexpr Versions versions{0, 5}, flexible = since(3);

  struct TxnOffsetCommitResponsePartition {
    int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.error_code, "ErrorCode");
    }
  };

  struct TxnOffsetCommitResponseTopic {
    std::string name;
    std::vector<TxnOffsetCommitResponsePartition> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partitions, "Partitions");
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<TxnOffsetCommitResponseTopic> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.topics, "Topics");
  }
};

}  // namespace kelp::wire
