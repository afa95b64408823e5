// WriteShareGroupState (key 85), versions 0-1, flexible since 0. Between brokers and controllers:
// tests only.
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

// v1: +topics.partitions.delivery_complete_count
struct WriteShareGroupStateRequest {
  static constexpr int16_t key = 85;
  static constexpr std::string_view name = "WriteShareGroupStateRequest";
  static constexpr Versions versions{0, 1}, flexible = kAlways;

  struct StateBatch {
    int64_t first_offset = 0;
    int64_t last_offset = 0;
    int8_t delivery_state = 0;
    int16_t delivery_count = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.first_offset, "FirstOffset");
      f(m.last_offset, "LastOffset");
      f(m.delivery_state, "DeliveryState");
      f(m.delivery_count, "DeliveryCount");
    }
  };

  struct PartitionData {
    int32_t partition = 0;
    int32_t state_epoch = 0;
    int32_t leader_epoch = 0;
    int64_t start_offset = 0;
    int32_t delivery_complete_count = -1;
    std::vector<StateBatch> state_batches;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition, "Partition");
      f(m.state_epoch, "StateEpoch");
      f(m.leader_epoch, "LeaderEpoch");
      f(m.start_offset, "StartOffset");
      f(m.delivery_complete_count, "DeliveryCompleteCount", since(1));
      f(m.state_batches, "StateBatches");
    }
  };

  struct WriteStateData {
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.partitions, "Partitions");
    }
  };

  std::string group_id;
  std::vector<WriteStateData> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.topics, "Topics");
  }
};

// v1: same fields
struct WriteShareGroupStateResponse {
  static constexpr int16_t key = 85;
  static constexpr std::string_view name = "WriteShareGroupStateResponse";
  static constexpr Versions versions{0, 1}, flexible = kAlways;

  struct PartitionResult {
    int32_t partition = 0;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition, "Partition");
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
    }
  };

  struct WriteStateResult {
    Uuid topic_id;
    std::vector<PartitionResult> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.partitions, "Partitions");
    }
  };

  std::vector<WriteStateResult> results;

  static constexpr void describe(auto& m, auto&& f) { f(m.results, "Results"); }
};

}  // namespace kelp::wire
