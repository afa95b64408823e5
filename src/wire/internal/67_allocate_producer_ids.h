// AllocateProducerIds (key 67), version 0, flexible since 0. Between brokers and controllers: tests
// only.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

struct AllocateProducerIdsRequest {
  static constexpr int16_t key = 67;
  static constexpr std::string_view name = "AllocateProducerIdsRequest";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  int32_t broker_id = 0;
  int64_t broker_epoch = -1;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.broker_id, "BrokerId");
    f(m.broker_epoch, "BrokerEpoch");
  }
};

struct AllocateProducerIdsResponse {
  static constexpr int16_t key = 67;
  static constexpr std::string_view name = "AllocateProducerIdsResponse";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  int64_t producer_id_start = 0;
  int32_t producer_id_len = 0;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.producer_id_start, "ProducerIdStart");
    f(m.producer_id_len, "ProducerIdLen");
  }
};

}  // namespace kelp::wire
