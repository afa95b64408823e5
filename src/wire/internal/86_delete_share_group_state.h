// DeleteShareGroupState (key 86), version 0, flexible since 0. Between brokers and controllers:
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

struct DeleteShareGroupStateRequest {
  static constexpr int16_t key = 86;
  static constexpr std::string_view name = "DeleteShareGroupStateRequest";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct PartitionData {
    int32_t partition = 0;

    static constexpr void describe(auto& m, auto&& f) { f(m.partition, "Partition"); }
  };

  struct DeleteStateData {
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.partitions, "Partitions");
    }
  };

  std::string group_id;
  std::vector<DeleteStateData> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.group_id, "GroupId");
    f(m.topics, "Topics");
  }
};

struct DeleteShareGroupStateResponse {
  static constexpr int16_t key = 86;
  static constexpr std::string_view name = "DeleteShareGroupStateResponse";
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

  struct DeleteStateResult {
    Uuid topic_id;
    std::vector<PartitionResult> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_id, "TopicId");
      f(m.partitions, "Partitions");
    }
  };

  std::vector<DeleteStateResult> results;

  static constexpr void describe(auto& m, auto&& f) { f(m.results, "Results"); }
};

}  // namespace kelp::wire
