// OffsetDelete (key 47), version 0, never flexible.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

struct OffsetDeleteRequest {
  static constexpr int16_t key = 47;
  static constexpr std::string_view name = "OffsetDeleteRequest";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  struct OffsetDeleteRequestPartition {
    int32_t partition_index = 0;

    static constexpr void describe(auto& m, auto&& f) { f(m.partition_index, "PartitionIndex"); }
  };

  struct OffsetDeleteRequestTopic {
    std::string name;
    std::vector<OffsetDeleteRequestPartition> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partitions, "Partitions");
    }
  };

  std::string group_id;
  std::vector<OffsetDeleteRequestTopic> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.topics, "Topics");
  }
};

struct OffsetDeleteResponse {
  static constexpr int16_t key = 47;
  static constexpr std::string_view name = "OffsetDeleteResponse";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  struct OffsetDeleteResponsePartition {
    int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.error_code, "ErrorCode");
    }
  };

  struct OffsetDeleteResponseTopic {
    std::string name;
    std::vector<OffsetDeleteResponsePartition> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partitions, "Partitions");
    }
  };

  ErrorCode error_code = ErrorCode::none;
  int32_t throttle_time_ms = 0;
  std::vector<OffsetDeleteResponseTopic> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.error_code, "ErrorCode");
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.topics, "Topics");
  }
};

}  // namespace kelp::wire
