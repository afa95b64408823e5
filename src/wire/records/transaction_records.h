// __transaction_state (KIP-98, KIP-890). Keys come behind their record type, values behind their
// version, both int16: wire/coordinator_record.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/versions.h"

namespace kelp::wire {

struct TransactionLogKey {
  static constexpr int16_t record_type = 0;
  static constexpr std::string_view name = "TransactionLogKey";
  static constexpr Versions versions{0, 0}, flexible = kNever;

  std::string transactional_id;

  static constexpr void describe(auto& m, auto&& f) { f(m.transactional_id, "TransactionalId"); }
};

// v1: flexible, +previous_producer_id (tag 0), +next_producer_id (tag 1), +next_producer_epoch
//     (tag 3), +client_transaction_version (tag 2)
struct TransactionLogValue {
  static constexpr int16_t record_type = 0;
  static constexpr std::string_view name = "TransactionLogValue";
  static constexpr Versions versions{0, 1}, flexible = since(1);

  struct PartitionsSchema {
    std::string topic;
    std::vector<int32_t> partition_ids;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.topic, "Topic");
      f(m.partition_ids, "PartitionIds");
    }
  };

  int64_t producer_id = 0;
  int64_t previous_producer_id = -1;
  int64_t next_producer_id = -1;
  int16_t producer_epoch = 0;
  int16_t next_producer_epoch = -1;
  int32_t transaction_timeout_ms = 0;
  int8_t transaction_status = 0;
  std::optional<std::vector<PartitionsSchema>> transaction_partitions;
  int64_t transaction_last_update_timestamp_ms = 0;
  int64_t transaction_start_timestamp_ms = 0;
  int16_t client_transaction_version = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.producer_id, "ProducerId");
    f(m.producer_epoch, "ProducerEpoch");
    f(m.transaction_timeout_ms, "TransactionTimeoutMs");
    f(m.transaction_status, "TransactionStatus");
    f(m.transaction_partitions, "TransactionPartitions");
    f(m.transaction_last_update_timestamp_ms, "TransactionLastUpdateTimestampMs");
    f(m.transaction_start_timestamp_ms, "TransactionStartTimestampMs");
    f(m.previous_producer_id, "PreviousProducerId", since(1), tag(0));
    f(m.next_producer_id, "NextProducerId", since(1), tag(1));
    f(m.client_transaction_version, "ClientTransactionVersion", since(1), tag(2));
    f(m.next_producer_epoch, "NextProducerEpoch", since(1), tag(3));
  }
};

}  // namespace kelp::wire
