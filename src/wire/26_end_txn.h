// EndTxn (key 26), versions 0-5, flexible since 3.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1-v2: same fields
// v3: flexible
// v4-v5: same fields
struct EndTxnRequest {
  static constexpr int16_t key = 26;
  static constexpr std::string_view name = "EndTxnRequest";
  static constexpr Versions versions{0, 5}, flexible = since(3);

  std::string transactional_id;
  int64_t producer_id = 0;
  int16_t producer_epoch = 0;
  bool committed = false;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.transactional_id, "TransactionalId");
    f(m.producer_id, "ProducerId");
    f(m.producer_epoch, "ProducerEpoch");
    f(m.committed, "Committed");
  }
};

// v1-v2: same fields
// v3: flexible
// v4: same fields
// v5: +producer_id, +producer_epoch
struct EndTxnResponse {
  static constexpr int16_t key = 26;
  static constexpr std::string_view name = "EndTxnResponse";
  static constexpr Versions versions{0, 5}, flexible = since(3);

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.producer_id, "ProducerId", since(5));
    f(m.producer_epoch, "ProducerEpoch", since(5));
  }
};

}  // namespace kelp::wire
