// AddPartitionsToTxn (key 24), versions 0-5, flexible since 3.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1-v2: same fields
// v3: flexible
// v4: +transactions, -v3_and_below_transactional_id, -v3_and_below_producer_id,
//     -v3_and_below_producer_epoch, -v3_and_below_topics
// v5: same fields
struct AddPartitionsToTxnRequest {
  static constexpr int16_t key = 24;
  static constexpr std::string_view name = "AddPartitionsToTxnRequest";
  static constexpr Versions versions{0, 5}, flexible = since(3);

  struct AddPartitionsToTxnTopic {
    std::string name;
    std::vector<int32_t> partitions;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.partitions, "Partitions");
    }
  };

  struct AddPartitionsToTxnTransaction {
    std::string transactional_id;
    int64_t producer_id = 0;
    int16_t producer_epoch = 0;
    bool verify_only = false;
    std::vector<AddPartitionsToTxnTopic> topics;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.transactional_id, "TransactionalId");
      f(m.producer_id, "ProducerId");
      f(m.producer_epoch, "ProducerEpoch");
      f(m.verify_only, "VerifyOnly");
      f(m.topics, "Topics");
    }
  };

  std::vector<AddPartitionsToTxnTransaction> transactions;
  std::string v3_and_below_transactional_id;
  int64_t v3_and_below_producer_id = 0;
  int16_t v3_and_below_producer_epoch = 0;
  std::vector<AddPartitionsToTxnTopic> v3_and_below_topics;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.transactions, "Transactions", since(4));
    f(m.v3_and_below_transactional_id, "V3AndBelowTransactionalId", until(3));
    f(m.v3_and_below_producer_id, "V3AndBelowProducerId", until(3));
    f(m.v3_and_below_producer_epoch, "V3AndBelowProducerEpoch", until(3));
    f(m.v3_and_below_topics, "V3AndBelowTopics", until(3));
  }
};

// v1-v2: same fields
// v3: flexible
// v4: +error_code, +results_by_transaction, -results_by_topic_v3_and_below
// v5: same fields
struct AddPartitionsToTxnResponse {
  static constexpr int16_t key = 24;
  static constexpr std::string_view name = "AddPartitionsToTxnResponse";
  static constexpr Versions versions{0, 5}, flexible = since(3);

  struct AddPartitionsToTxnPartitionResult {
    int32_t partition_index = 0;
    ErrorCode partition_error_code = ErrorCode::none;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.partition_index, "PartitionIndex");
      f(m.partition_error_code, "PartitionErrorCode");
    }
  };

  struct AddPartitionsToTxnTopicResult {
    std::string name;
    std::vector<AddPartitionsToTxnPartitionResult> results_by_partition;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.results_by_partition, "ResultsByPartition");
    }
  };

  struct AddPartitionsToTxnResult {
    std::string transactional_id;
    std::vector<AddPartitionsToTxnTopicResult> topic_results;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.transactional_id, "TransactionalId");
      f(m.topic_results, "TopicResults");
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::vector<AddPartitionsToTxnResult> results_by_transaction;
  std::vector<AddPartitionsToTxnTopicResult> results_by_topic_v3_and_below;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode", since(4));
    f(m.results_by_transaction, "ResultsByTransaction", since(4));
    f(m.results_by_topic_v3_and_below, "ResultsByTopicV3AndBelow", until(3));
  }
};

}  // namespace kelp::wire
