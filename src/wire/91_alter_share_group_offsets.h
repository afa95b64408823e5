// AlterShareGroupOffsets (key 91), version 0, flexible since 0.
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

struct AlterShareGroupOffsetsRequest {
  static constexpr int16_t key = 91;
  static constexpr std::string_view name = "AlterShareGroupOffsetsRequest";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct AlterShareGroupOffsetsRequestPartition {
    int32_t partition_index = 0;
    int64_t start_offset = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.start_offset, "StartOffset");
    }
  };

  struct AlterShareGroupOffsetsRequestTopic {
    std::string topic_name;
    std::vector<AlterShareGroupOffsetsRequestPartition> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_name, "TopicName");
      f(m.partitions, "Partitions");
    }
  };

  std::string group_id;
  std::vector<AlterShareGroupOffsetsRequestTopic> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.topics, "Topics");
  }
};

struct AlterShareGroupOffsetsResponse {
  static constexpr int16_t key = 91;
  static constexpr std::string_view name = "AlterShareGroupOffsetsResponse";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct AlterShareGroupOffsetsResponsePartition {
    int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
    }
  };

  struct AlterShareGroupOffsetsResponseTopic {
    std::string topic_name;
    Uuid topic_id;
    std::vector<AlterShareGroupOffsetsResponsePartition> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_name, "TopicName");
      f(m.topic_id, "TopicId");
      f(m.partitions, "Partitions");
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;
  std::vector<AlterShareGroupOffsetsResponseTopic> responses;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.error_message, "ErrorMessage");
    f(m.responses, "Responses");
  }
};

}  // namespace kelp::wire
