// ListTransactions (key 66), versions 0-2, flexible since 0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: +duration_filter
// v2: +transactional_id_pattern
struct ListTransactionsRequest {
  static constexpr int16_t key = 66;
  static constexpr std::string_view name = "ListTransactionsRequest";
  static constexpr Versions versions{0, 2}, flexible = kAlways;

  std::vector<std::string> state_filters;
  std::vector<int64_t> producer_id_filters;
  int64_t duration_filter = -1;
  std::optional<std::string> transactional_id_pattern;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.state_filters, "StateFilters");
    f(m.producer_id_filters, "ProducerIdFilters");
    f(m.duration_filter, "DurationFilter", since(1));
    f(m.transactional_id_pattern, "TransactionalIdPattern", since(2));
  }
};

// v1-v2: same fields
struct ListTransactionsResponse {
  static constexpr int16_t key = 66;
  static constexpr std::string_view name = "ListTransactionsResponse";
  static constexpr Versions versions{0, 2}, flexible = kAlways;

  struct TransactionState {
    std::string transactional_id;
    int64_t producer_id = 0;
    std::string transaction_state;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.transactional_id, "TransactionalId");
      f(m.producer_id, "ProducerId");
      f(m.transaction_state, "TransactionState");
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::vector<std::string> unknown_state_filters;
  std::vector<TransactionState> transaction_states;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.unknown_state_filters, "UnknownStateFilters");
    f(m.transaction_states, "TransactionStates");
  }
};

}  // namespace kelp::wire
