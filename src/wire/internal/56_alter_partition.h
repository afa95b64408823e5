// AlterPartition (key 56), versions 0-3, flexible since 0. Between brokers and controllers: tests
// only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "base/uuid.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: +topics.partitions.leader_recovery_state
// v2: -topics.topic_name, +topics.topic_id
// v3: -topics.partitions.new_isr, +topics.partitions.new_isr_with_epochs
struct AlterPartitionRequest {
  static constexpr int16_t key = 56;
  static constexpr std::string_view name = "AlterPartitionRequest";
  static constexpr Versions versions{0, 3}, flexible = kAlways;

  struct BrokerState {
    int32_t broker_id = 0;
    int64_t broker_epoch = -1;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.broker_id, "BrokerId");
      f(m.broker_epoch, "BrokerEpoch");
    }
  };

  struct PartitionData {
    int32_t partition_index = 0;
    int32_t leader_epoch = 0;
    std::vector<int32_t> new_isr;
    std::vector<BrokerState> new_isr_with_epochs;
    int8_t leader_recovery_state = 0;
    int32_t partition_epoch = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.leader_epoch, "LeaderEpoch");
      f(m.new_isr, "NewIsr", until(2));
      f(m.new_isr_with_epochs, "NewIsrWithEpochs", since(3));
      f(m.leader_recovery_state, "LeaderRecoveryState", since(1));
      f(m.partition_epoch, "PartitionEpoch");
    }
  };

  struct TopicData {
    std::string topic_name;
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_name, "TopicName", until(1));
      f(m.topic_id, "TopicId", since(2));
      f(m.partitions, "Partitions");
    }
  };

  int32_t broker_id = 0;
  int64_t broker_epoch = -1;
  std::vector<TopicData> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.broker_id, "BrokerId");
    f(m.broker_epoch, "BrokerEpoch");
    f(m.topics, "Topics");
  }
};

// v1: +topics.partitions.leader_recovery_state
// v2: -topics.topic_name, +topics.topic_id
// v3: same fields
struct AlterPartitionResponse {
  static constexpr int16_t key = 56;
  static constexpr std::string_view name = "AlterPartitionResponse";
  static constexpr Versions versions{0, 3}, flexible = kAlways;

  struct PartitionData {
    int32_t partition_index = 0;
    ErrorCode error_code = ErrorCode::none;
    int32_t leader_id = 0;
    int32_t leader_epoch = 0;
    std::vector<int32_t> isr;
    int8_t leader_recovery_state = 0;
    int32_t partition_epoch = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.error_code, "ErrorCode");
      f(m.leader_id, "LeaderId");
      f(m.leader_epoch, "LeaderEpoch");
      f(m.isr, "Isr");
      f(m.leader_recovery_state, "LeaderRecoveryState", since(1));
      f(m.partition_epoch, "PartitionEpoch");
    }
  };

  struct TopicData {
    std::string topic_name;
    Uuid topic_id;
    std::vector<PartitionData> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic_name, "TopicName", until(1));
      f(m.topic_id, "TopicId", since(2));
      f(m.partitions, "Partitions");
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::vector<TopicData> topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.topics, "Topics");
  }
};

}  // namespace kelp::wire
