// OffsetCommit (key 8), versions 0-10, flexible since 8.
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

// v1: +generation_id_or_member_epoch, +member_id, +topics.partitions.commit_timestamp
// v2: +retention_time_ms, -topics.partitions.commit_timestamp
// v3-v4: same fields
// v5: -retention_time_ms
// v6: +topics.partitions.committed_leader_epoch
// v7: +group_instance_id
// v8: flexible
// v9: same fields
// v10: -topics.name, +topics.topic_id
struct OffsetCommitRequest {
  static constexpr int16_t key = 8;
  static constexpr std::string_view name = "OffsetCommitRequest";
  static constexpr Versions versions{0, 10}, flexible = since(8);

  struct OffsetCommitRequestPartition {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;
    int32_t committed_leader_epoch = -1;
    int64_t commit_timestamp = -1;
    std::optional<std::string> committed_metadata;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.committed_offset, "CommittedOffset");
      f(m.committed_leader_epoch, "CommittedLeaderEpoch", since(6));
      f(m.commit_timestamp, "CommitTimestamp", between(1, 1));
      f(m.committed_metadata, "CommittedMetadata");
    }
  };

  struct OffsetCommitRequestTopic {
    std::string name;
    Uuid topic_id;
    std::vector<OffsetCommitRequestPartition> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name", until(9));
      f(m.topic_id, "TopicId", since(10));
      f(m.partitions, "Partitions");
    }
  };

  std::string group_id;
  int32_t generation_id_or_member_epoch = -1;
  std::string member_id;
  std::optional<std::string> group_instance_id;
  int64_t retention_time_ms = -1;
  std::vector<OffsetCommitRequestTopic> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.generation_id_or_member_epoch, "GenerationIdOrMemberEpoch", since(1));
    f(m.member_id, "MemberId", since(1));
    f(m.group_instance_id, "GroupInstanceId", since(7));
    f(m.retention_time_ms, "RetentionTimeMs", between(2, 4));
    f(m.topics, "Topics");
  }
};

// v1-v2: same fields
// v3: +throttle_time_ms
// v4-v7: same fields
// v8: flexible
// v9: same fields
// v10: -topics.name, +topics.topic_id
struct OffsetCommitResponse {
  static constexpr int16_t key = 8;
  static constexpr std::string_view name = "OffsetCommitResponse";
  static constexpr Versions versions{0, 10}, flexible = since(8);

  struct OffsetCommitResponsePartition {
    int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.error_code, "ErrorCode");
    }
  };

  struct OffsetCommitResponseTopic {
    std::string name;
    Uuid topic_id;
    std::vector<OffsetCommitResponsePartition> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name", until(9));
      f(m.topic_id, "TopicId", since(10));
      f(m.partitions, "Partitions");
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<OffsetCommitResponseTopic> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs", since(3));
    f(m.topics, "Topics");
  }
};

}  // namespace kelp::wire
