// DescribeTransactions (key 65), version 0, flexible since 0.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

struct DescribeTransactionsRequest {
  static constexpr int16_t key = 65;
  static constexpr std::string_view name = "DescribeTransactionsRequest";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  std::vector<std::string> transactional_ids;

  static constexpr void describe(auto& m, auto&& f) { f(m.transactional_ids, "TransactionalIds"); }
};

struct DescribeTransactionsResponse {
  static constexpr int16_t key = 65;
  static constexpr std::string_view name = "DescribeTransactionsResponse";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct TopicData {
    std::string topic;
    std::vector<int32_t> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic, "Topic");
      f(m.partitions, "Partitions");
    }
  };

  struct TransactionState {
    ErrorCode error_code = ErrorCode::none;
    std::string transactional_id;
    std::string transaction_state;
    int32_t transaction_timeout_ms = 0;
    int64_t transaction_start_time_ms = 0;
    int64_t producer_id = 0;
    int16_t producer_epoch = 0;
    std::vector<TopicData> topics;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.error_code, "ErrorCode");
      f(m.transactional_id, "TransactionalId");
      f(m.transaction_state, "TransactionState");
      f(m.transaction_timeout_ms, "TransactionTimeoutMs");
      f(m.transaction_start_time_ms, "TransactionStartTimeMs");
      f(m.producer_id, "ProducerId");
      f(m.producer_epoch, "ProducerEpoch");
      f(m.topics, "Topics");
    }
  };

  int32_t throttle_time_ms = 0;
  std::vector<TransactionState> transaction_states;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.transaction_states, "TransactionStates");
  }
};

}  // namespace kelp::wire
