// AddOffsetsToTxn (key 25), versions 0-4, flexible since 3.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1-v2: same fields
// v3: flexible
// v4: same fields
struct AddOffsetsToTxnRequest {
  static constexpr int16_t key = 25;
  static constexpr std::string_view name = "AddOffsetsToTxnRequest";
  static constexpr Versions versions{0, 4}, flexible = since(3);

  std::string transactional_id;
  int64_t producer_id = 0;
  int16_t producer_epoch = 0;
  std::string group_id;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.transactional_id, "TransactionalId");
    f(m.producer_id, "ProducerId");
    f(m.producer_epoch, "ProducerEpoch");
    f(m.group_id, "GroupId");
  }
};

// v1-v2: same fields
// v3: flexible
// v4: same fields
struct AddOffsetsToTxnResponse {
  static constexpr int16_t key = 25;
  static constexpr std::string_view name = "AddOffsetsToTxnResponse";
  static constexpr Versions versions{0, 4}, flexible = since(3);

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
  }
};

}  // namespace kelp::wire
