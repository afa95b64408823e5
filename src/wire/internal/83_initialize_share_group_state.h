// InitializeShareGroupState (key 83), version 0, flexible since 0. Between brokers and controllers:
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

struct InitializeShareGroupStateRequest {
  static constexpr int16_t key = 83;
  static constexpr std::string_view name = "InitializeShareGroupStateRequest";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct PartitionData {
    int32_t partition = 0;
    int32_t state_epoch = 0;
    int64_t start_offset = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition, "Partition");
      f(m.state_epoch, "StateEpoch");
      f(m.start_offset, "StartOffset");
    }
  };

  struct InitializeStateData {
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.partitions, "Partitions");
    }
  };

  std::string group_id;
  std::vector<InitializeStateData> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.topics, "Topics");
  }
};

struct InitializeShareGroupStateResponse {
  static constexpr int16_t key = 83;
  static constexpr std::string_view name = "InitializeShareGroupStateResponse";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

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

  struct InitializeStateResult {
    Uuid topic_id;
    std::vector<PartitionResult> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.partitions, "Partitions");
    }
  };

  std::vector<InitializeStateResult> results;

  static constexpr void describe(auto& m, auto&& f) { f(m.results, "Results"); }
};

}  // namespace kelp::wire
