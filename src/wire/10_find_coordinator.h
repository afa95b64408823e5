// FindCoordinator (key 10), versions 0-6, flexible since 3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: +key_type
// v2: same fields
// v3: flexible
// v4: -coordinator_key, +coordinator_keys
// v5-v6: same fields
struct FindCoordinatorRequest {
  static constexpr int16_t key = 10;
  static constexpr std::string_view name = "FindCoordinatorRequest";
  static constexpr Versions versions{0, 6}, flexible = since(3);

  std::string coordinator_key;
  int8_t key_type = 0;
  std::vector<std::string> coordinator_keys;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.coordinator_key, "Key", until(3));
    f(m.key_type, "KeyType", since(1));
    f(m.coordinator_keys, "CoordinatorKeys", since(4));
  }
};

// v1: +throttle_time_ms, +error_message
// v2: same fields
// v3: flexible
// v4: -error_code, -error_message, -node_id, -host, -port, +coordinators
// v5-v6: same fields
struct FindCoordinatorResponse {
  static constexpr int16_t key = 10;
  static constexpr std::string_view name = "FindCoordinatorResponse";
  static constexpr Versions versions{0, 6}, flexible = since(3);

  struct Coordinator {
    std::string key;
    int32_t node_id = 0;
    std::string host;
    int32_t port = 0;
    ErrorCode error_code = ErrorCode::none;
    std::optional<std::string> error_message;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.key, "Key");
      f(m.node_id, "NodeId");
      f(m.host, "Host");
      f(m.port, "Port");
      f(m.error_code, "ErrorCode");
      f(m.error_message, "ErrorMessage");
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;
  int32_t node_id = 0;
  std::string host;
  int32_t port = 0;
  std::vector<Coordinator> coordinators;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs", since(1));
    f(m.error_code, "ErrorCode", until(3));
    f(m.error_message, "ErrorMessage", between(1, 3));
    f(m.node_id, "NodeId", until(3));
    f(m.host, "Host", until(3));
    f(m.port, "Port", until(3));
    f(m.coordinators, "Coordinators", since(4));
  }
};

}  // namespace kelp::wire
