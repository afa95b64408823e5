// ReadShareGroupStateSummary (key 87), versions 0-1, flexible since 0. Between brokers and
// controllers: tests only.
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
struct ReadShareGroupStateSummaryRequest {
  static constexpr int16_t key = 87;
  static constexpr std::string_view name = "ReadShareGroupStateSummaryRequest";
  static constexpr Versions versions{0, 1}, flexible = kAlways;

  struct PartitionData {
    int32_t partition = 0;
    int32_t leader_epoch = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition, "Partition");
      f(m.leader_epoch, "LeaderEpoch");
    }
  };

  struct ReadStateSummaryData {
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.partitions, "Partitions");
    }
  };

  std::string group_id;
  std::vector<ReadStateSummaryData> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.topics, "Topics");
  }
};

// v1: +results.partitions.delivery_complete_count
struct ReadShareGroupStateSummaryResponse {
  static constexpr int16_t key = 87;
  static constexpr std::string_view name = "ReadShareGroupStateSummaryResponse";
  static constexpr Versions versions{0, 1}, flexible = kAlways;

  struct PartitionResult {
    int32_t partition = 0;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    int32_t state_epoch = 0;
    int32_t leader_epoch = 0;
    int64_t start_offset = 0;
    int32_t delivery_complete_count = -1;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition, "Partition");
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
      f(m.state_epoch, "StateEpoch");
      f(m.leader_epoch, "LeaderEpoch");
      f(m.start_offset, "StartOffset");
      f(m.delivery_complete_count, "DeliveryCompleteCount", since(1));
    }
  };

  struct ReadStateSummaryResult {
    Uuid topic_id;
    std::vector<PartitionResult> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.partitions, "Partitions");
    }
  };

  std::vector<ReadStateSummaryResult> results;

  static constexpr void describe(auto& m, auto&& f) { f(m.results, "Results"); }
};

}  // namespace kelp::wire
