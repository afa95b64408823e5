// AddRaftVoter (key 80), versions 0-1, flexible since 0. Between brokers and controllers: tests
// only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "base/uuid.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: +ack_when_committed
struct AddRaftVoterRequest {
  static constexpr int16_t key = 80;
  static constexpr std::string_view name = "AddRaftVoterRequest";
  static constexpr Versions versions{0, 1}, flexible = kAlways;

  struct Listener {
    std::string name;
    std::string host;
    uint16_t port = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.host, "Host");
      f(m.port, "Port");
    }
  };

  std::optional<std::string> cluster_id;
  int32_t timeout_ms = 0;
  int32_t voter_id = 0;
  Uuid voter_directory_id;
  std::vector<Listener> listeners;
  bool ack_when_committed = true;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.cluster_id, "ClusterId");
    f(m.timeout_ms, "TimeoutMs");
    f(m.voter_id, "VoterId");
    f(m.voter_directory_id, "VoterDirectoryId");
    f(m.listeners, "Listeners");
    f(m.ack_when_committed, "AckWhenCommitted", since(1));
  }
};

// v1: same fields
struct AddRaftVoterResponse {
  static constexpr int16_t key = 80;
  static constexpr std::string_view name = "AddRaftVoterResponse";
  static constexpr Versions versions{0, 1}, flexible = kAlways;

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.error_message, "ErrorMessage");
  }
};

}  // namespace kelp::wire
