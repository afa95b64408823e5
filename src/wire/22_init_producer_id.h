// InitProducerId (key 22), versions 0-6, flexible since 2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: same fields
// v2: flexible
// v3: +producer_id, +producer_epoch
// v4-v5: same fields
// v6: +enable2_pc, +keep_prepared_txn
struct InitProducerIdRequest {
  static constexpr int16_t key = 22;
  static constexpr std::string_view name = "InitProducerIdRequest";
  static constexpr Versions versions{0, 6}, flexible = since(2);

  std::optional<std::string> transactional_id;
  int32_t transaction_timeout_ms = 0;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;
  bool enable2_pc = false;
  bool keep_prepared_txn = false;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.transactional_id, "TransactionalId");
    f(m.transaction_timeout_ms, "TransactionTimeoutMs");
    f(m.producer_id, "ProducerId", since(3));
    f(m.producer_epoch, "ProducerEpoch", since(3));
    f(m.enable2_pc, "Enable2Pc", since(6));
    f(m.keep_prepared_txn, "KeepPreparedTxn", since(6));
  }
};

// v1: same fields
// v2: flexible
// v3-v5: same fields
// v6: +ongoing_txn_producer_id, +ongoing_txn_producer_epoch
struct InitProducerIdResponse {
  static constexpr int16_t key = 22;
  static constexpr std::string_view name = "InitProducerIdResponse";
  static constexpr Versions versions{0, 6}, flexible = since(2);

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  int64_t producer_id = -1;
  int16_t producer_epoch = 0;
  int64_t ongoing_txn_producer_id = -1;
  int16_t ongoing_txn_producer_epoch = -1;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.producer_id, "ProducerId");
    f(m.producer_epoch, "ProducerEpoch");
    f(m.ongoing_txn_producer_id, "OngoingTxnProducerId", since(6));
    f(m.ongoing_txn_producer_epoch, "OngoingTxnProducerEpoch", since(6));
  }
};

}  // namespace kelp::wire
