// ControllerRegistration (key 70), version 0, flexible since 0. Between brokers and controllers:
// tests only.
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

struct ControllerRegistrationRequest {
  static constexpr int16_t key = 70;
  static constexpr std::string_view name = "ControllerRegistrationRequest";
  static constexpr Versions versions{0, 0}, flexible = kAlways;

  struct Listener {
    std::string name;
    std::string host;
    uint16_t port = 0;
    int16_t security_protocol = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.host, "Host");
      f(m.port, "Port");
      f(m.security_protocol, "SecurityProtocol");
    }
  };

  struct Feature {
    std::string name;
    int16_t min_supported_version = 0;
    int16_t max_supported_version = 0;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.name, "Name");
      f(m.min_supported_version, "MinSupportedVersion");
      f(m.max_supported_version, "MaxSupportedVersion");
    }
  };

  int32_t controller_id = 0;
  Uuid incarnation_id;
  bool zk_migration_ready = false;
  std::vector<Listener> listeners;
  std::vector<Feature> features;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.controller_id, "ControllerId");
    f(m.incarnation_id, "IncarnationId");
    f(m.zk_migration_ready, "ZkMigrationReady");
    f(m.listeners, "Listeners");
    f(m.features, "Features");
  }
};

struct ControllerRegistrationResponse {
  static constexpr int16_t key = 70;
  static constexpr std::string_view name = "ControllerRegistrationResponse";
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
