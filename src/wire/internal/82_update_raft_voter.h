// UpdateRaftVoter (key 82), version 0, flexible since 0. Between brokers and controllers: tests
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

struct UpdateRaftVoterRequest {
  static constexpr int16_t key = 82;
  static constexpr std::string_view name = "UpdateRaftVoterRequest";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

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

  struct KRaftVersionFeature {
    int16_t min_supported_version = 0;
    int16_t max_supported_version = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.min_supported_version, "MinSupportedVersion");
      f(m.max_supported_version, "MaxSupportedVersion");
    }
  };

  std::optional<std::string> cluster_id;
  int32_t current_leader_epoch = 0;
  int32_t voter_id = 0;
  Uuid voter_directory_id;
  std::vector<Listener> listeners;
  KRaftVersionFeature kraft_version_feature;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.cluster_id, "ClusterId");
    f(m.current_leader_epoch, "CurrentLeaderEpoch");
    f(m.voter_id, "VoterId");
    f(m.voter_directory_id, "VoterDirectoryId");
    f(m.listeners, "Listeners");
    f(m.kraft_version_feature, "KRaftVersionFeature");
  }
};

struct UpdateRaftVoterResponse {
  static constexpr int16_t key = 82;
  static constexpr std::string_view name = "UpdateRaftVoterResponse";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct CurrentLeader {
    int32_t leader_id = -1;
    int32_t leader_epoch = -1;
    std::string host;
    int32_t port = 0;

    friend bool operator==(const CurrentLeader&, const CurrentLeader&) = default;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.leader_id, "LeaderId");
      f(m.leader_epoch, "LeaderEpoch");
      f(m.host, "Host");
      f(m.port, "Port");
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  CurrentLeader current_leader;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.current_leader, "CurrentLeader", kAlways, tag(0));
  }
};

}  // namespace kelp::wire
