// OffsetFetch (key 9), versions 0-10, flexible since 6.
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

// v1: same fields
// v2: topics may be null
// v3-v5: same fields
// v6: flexible
// v7: +require_stable
// v8: -group_id, -topics, +groups
// v9: +groups.member_id, +groups.member_epoch
// v10: -groups.topics.name, +groups.topics.topic_id
struct OffsetFetchRequest {
  static constexpr int16_t key = 9;
  static constexpr std::string_view name = "OffsetFetchRequest";
  static constexpr Versions versions{0, 10}, flexible = since(6);

  struct OffsetFetchRequestTopic {
    std::string name;
    std::vector<int32_t> partition_indexes;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partition_indexes, "PartitionIndexes");
    }
  };

  struct OffsetFetchRequestTopics {
    std::string name;
    Uuid topic_id;
    std::vector<int32_t> partition_indexes;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name", until(9));
      f(m.topic_id, "TopicId", since(10));
      f(m.partition_indexes, "PartitionIndexes");
    }
  };

  struct OffsetFetchRequestGroup {
    std::string group_id;
    std::optional<std::string> member_id;
    int32_t member_epoch = -1;
    std::optional<std::vector<OffsetFetchRequestTopics>> topics;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.group_id, "GroupId");
      f(m.member_id, "MemberId", since(9));
      f(m.member_epoch, "MemberEpoch", since(9));
      f(m.topics, "Topics");
    }
  };

  std::string group_id;
  std::optional<std::vector<OffsetFetchRequestTopic>> topics;
  std::vector<OffsetFetchRequestGroup> groups;
  bool require_stable = false;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId", until(7));
    f(m.topics, "Topics", until(7), nullable(between(2, 7)));
    f(m.groups, "Groups", since(8));
    f(m.require_stable, "RequireStable", since(7));
  }
};

// v1: same fields
// v2: +error_code
// v3: +throttle_time_ms
// v4: same fields
// v5: +topics.partitions.committed_leader_epoch
// v6: flexible
// v7: same fields
// v8: -topics, -error_code, +groups
// v9: same fields
// v10: -groups.topics.name, +groups.topics.topic_id
struct OffsetFetchResponse {
  static constexpr int16_t key = 9;
  static constexpr std::string_view name = "OffsetFetchResponse";
  static constexpr Versions versions{0, 10}, flexible = since(6);

  struct OffsetFetchResponsePartition {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;
    int32_t committed_leader_epoch = -1;
    std::optional<std::string> metadata;
    ErrorCode error_code = ErrorCode::none;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.committed_offset, "CommittedOffset");
      f(m.committed_leader_epoch, "CommittedLeaderEpoch", between(5, 7));
      f(m.metadata, "Metadata");
      f(m.error_code, "ErrorCode");
    }
  };

  struct OffsetFetchResponseTopic {
    std::string name;
    std::vector<OffsetFetchResponsePartition> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partitions, "Partitions");
    }
  };

  struct OffsetFetchResponsePartitions {
    int32_t partition_index = 0;
    int64_t committed_offset = 0;
    int32_t committed_leader_epoch = -1;
    std::optional<std::string> metadata;
    ErrorCode error_code = ErrorCode::none;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.committed_offset, "CommittedOffset");
      f(m.committed_leader_epoch, "CommittedLeaderEpoch");
      f(m.metadata, "Metadata");
      f(m.error_code, "ErrorCode");
    }
  };

  struct OffsetFetchResponseTopics {
    std::string name;
    Uuid topic_id;
    std::vector<OffsetFetchResponsePartitions> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name", until(9));
      f(m.topic_id, "TopicId", since(10));
      f(m.partitions, "Partitions");
    }
  };

  struct OffsetFetchResponseGroup {
    std::string group_id;
    std::vector<OffsetFetchResponseTopics> topics;
    ErrorCode error_code = ErrorCode::none;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.group_id, "GroupId");
      f(m.topics, "Topics");
      f(m.error_code, "ErrorCode");
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<OffsetFetchResponseTopic> topics;
  ErrorCode error_code = ErrorCode::none;
  std::vector<OffsetFetchResponseGroup> groups;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs", since(3));
    f(m.topics, "Topics", until(7));
    f(m.error_code, "ErrorCode", between(2, 7));
    f(m.groups, "Groups", since(8));
  }
};

}  // namespace kelp::wire
