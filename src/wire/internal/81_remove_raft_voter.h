// RemoveRaftVoter (key 81), version 0, flexible since 0. Between brokers and controllers: tests
// only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error_code.h"
#include "base/uuid.h"
#include "wire/versions.h"

namespace kelp::wire {

struct RemoveRaftVoterRequest {
  static constexpr int16_t key = 81;
  static constexpr std::string_view name = "RemoveRaftVoterRequest";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  std::optional<std::string> cluster_id;
  int32_t voter_id = 0;
  Uuid voter_directory_id;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.cluster_id, "ClusterId");
    f(m.voter_id, "VoterId");
    f(m.voter_directory_id, "VoterDirectoryId");
  }
};

struct RemoveRaftVoterResponse {
  static constexpr int16_t key = 81;
  static constexpr std::string_view name = "RemoveRaftVoterResponse";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

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
