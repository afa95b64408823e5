// DescribeProducers (key 61), version 0, flexible since 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

struct DescribeProducersRequest {
  static constexpr int16_t key = 61;
  static constexpr std::string_view name = "DescribeProducersRequest";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct TopicRequest {
    std::string name;
    std::vector<int32_t> partition_indexes;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partition_indexes, "PartitionIndexes");
    }
  };

  std::vector<TopicRequest> topics;

  static constexpr void describe(auto& m, auto&& f) { f(m.topics, "Topics"); }
};

struct DescribeProducersResponse {
  static constexpr int16_t key = 61;
  static constexpr std::string_view name = "DescribeProducersResponse";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct ProducerState {
    int64_t producer_id = 0;
    int32_t producer_epoch = 0;
    int32_t last_sequence = -1;
    int64_t last_timestamp = -1;
    int32_t coordinator_epoch = 0;
    int64_t current_txn_start_offset = -1;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.producer_id, "ProducerId");
      f(m.producer_epoch, "ProducerEpoch");
      f(m.last_sequence, "LastSequence");
      f(m.last_timestamp, "LastTimestamp");
      f(m.coordinator_epoch, "CoordinatorEpoch");
      f(m.current_txn_start_offset, "CurrentTxnStartOffset");
    }
  };

  struct PartitionResponse {
    int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;
    std::vector<ProducerState> active_producers;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
      f(m.active_producers, "ActiveProducers");
    }
  };

  struct TopicResponse {
    std::string name;
    std::vector<PartitionResponse> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partitions, "Partitions");
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<TopicResponse> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.topics, "Topics");
  }
};

}  // namespace kelp::wire
