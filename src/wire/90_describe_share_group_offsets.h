// DescribeShareGroupOffsets (key 90), versions 0-1, flexible since 0.
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
struct DescribeShareGroupOffsetsRequest {
  static constexpr int16_t key = 90;
  static constexpr std::string_view name = "DescribeShareGroupOffsetsRequest";
  static constexpr Versions versions{0, 1}, flexible = kAlways;

  struct DescribeShareGroupOffsetsRequestTopic {
    std::string topic_name;
    std::vector<int32_t> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_name, "TopicName");
      f(m.partitions, "Partitions");
    }
  };

  struct DescribeShareGroupOffsetsRequestGroup {
    std::string group_id;
    std::optional<std::vector<DescribeShareGroupOffsetsRequestTopic>> topics;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.group_id, "GroupId");
      f(m.topics, "Topics");
    }
  };

  std::vector<DescribeShareGroupOffsetsRequestGroup> groups;

  static constexpr void describe(auto& m, auto&& f) { f(m.groups, "Groups"); }
};

// v1: +groups.topics.partitions.lag
struct DescribeShareGroupOffsetsResponse {
  static constexpr int16_t key = 90;
  static constexpr std::string_view name = "DescribeShareGroupOffsetsResponse";
  static constexpr Versions versions{0, 1}, flexible = kAlways;

  struct DescribeShareGroupOffsetsResponsePartition {
    int32_t partition_index = 0;
    int64_t start_offset = 0;
    int32_t leader_epoch = 0;
    int64_t lag = -1;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.start_offset, "StartOffset");
      f(m.leader_epoch, "LeaderEpoch");
      f(m.lag, "Lag", since(1));
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
    }
  };

  struct DescribeShareGroupOffsetsResponseTopic {
    std::string topic_name;
    Uuid topic_id;
    std::vector<DescribeShareGroupOffsetsResponsePartition> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_name, "TopicName");
      f(m.topic_id, "TopicId");
      f(m.partitions, "Partitions");
    }
  };

  struct DescribeShareGroupOffsetsResponseGroup {
    std::string group_id;
    std::vector<DescribeShareGroupOffsetsResponseTopic> topics;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.group_id, "GroupId");
      f(m.topics, "Topics");
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<DescribeShareGroupOffsetsResponseGroup> groups;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.groups, "Groups");
  }
};

}  // namespace kelp::wire
