// BrokerRegistration (key 62), versions 0-4, flexible since 0. Between brokers and controllers:
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

// v1: +is_migrating_zk_broker
// v2: +log_dirs
// v3: +previous_broker_epoch
// v4: same fields
struct BrokerRegistrationRequest {
  static constexpr int16_t key = 62;
  static constexpr std::string_view name = "BrokerRegistrationRequest";
  static constexpr Versions versions{0, 4}, flexible = kAlways;

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

  int32_t broker_id = 0;
  std::string cluster_id;
  Uuid incarnation_id;
  std::vector<Listener> listeners;
  std::vector<Feature> features;
  std::optional<std::string> rack;
  bool is_migrating_zk_broker = false;
  std::vector<Uuid> log_dirs;
  int64_t previous_broker_epoch = -1;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.broker_id, "BrokerId");
    f(m.cluster_id, "ClusterId");
    f(m.incarnation_id, "IncarnationId");
    f(m.listeners, "Listeners");
    f(m.features, "Features");
    f(m.rack, "Rack");
    f(m.is_migrating_zk_broker, "IsMigratingZkBroker", since(1));
    f(m.log_dirs, "LogDirs", since(2));
    f(m.previous_broker_epoch, "PreviousBrokerEpoch", since(3));
  }
};

// v1-v4: same fields
struct BrokerRegistrationResponse {
  static constexpr int16_t key = 62;
  static constexpr std::string_view name = "BrokerRegistrationResponse";
  static constexpr Versions versions{0, 4}, flexible = kAlways;

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  int64_t broker_epoch = -1;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.broker_epoch, "BrokerEpoch");
  }
};

}  // namespace kelp::wire
