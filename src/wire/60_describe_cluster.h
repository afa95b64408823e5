// DescribeCluster (key 60), versions 0-2, flexible since 0.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error_code.h"
#include "wire/versions.h"

namespace kelp::wire {

// v1: +endpoint_type
// v2: +include_fenced_brokers
struct DescribeClusterRequest {
  static constexpr int16_t key = 60;
  static constexpr std::string_view name = "DescribeClusterRequest";
  static constexpr Versions versions{0, 2}, flexible = kAlways;

  bool include_cluster_authorized_operations = false;
  int8_t endpoint_type = 1;
  bool include_fenced_brokers = false;

  static constexpr void describe(auto& m, auto&& f) {
    f(m.include_cluster_authorized_operations, "IncludeClusterAuthorizedOperations");
    f(m.endpoint_type, "EndpointType", since(1));
    f(m.include_fenced_brokers, "IncludeFencedBrokers", since(2));
  }
};

// v1: +endpoint_type
// v2: +brokers.is_fenced
struct DescribeClusterResponse {
  static constexpr int16_t key = 60;
  static constexpr std::string_view name = "DescribeClusterResponse";
  static constexpr Versions versions{0, 2}, flexible = kAlways;

  struct DescribeClusterBroker {
    int32_t broker_id = 0;
    std::string host;
    int32_t port = 0;
    std::optional<std::string> rack;
    bool is_fenced = false;

    static constexpr void describe(auto& m, auto&& f) {
      f(m.broker_id, "BrokerId");
      f(m.host, "Host");
      f(m.port, "Port");
      f(m.rack, "Rack");
      f(m.is_fenced, "IsFenced", since(2));
    }
  };

  int32_t throttle_time_ms = 0;
  ErrorCode error_code = ErrorCode::none;
  std::optional<std::string> error_message;
  int8_t endpoint_type = 1;
  std::string cluster_id;
  int32_t controller_id = -1;
  std::vector<DescribeClusterBroker> brokers;
  int32_t cluster_authorized_operations = std::numeric_limits<int32_t>::min();

  static constexpr void describe(auto& m, auto&& f) {
    f(m.throttle_time_ms, "ThrottleTimeMs");
    f(m.error_code, "ErrorCode");
    f(m.error_message, "ErrorMessage");
    f(m.endpoint_type, "EndpointType", since(1));
    f(m.cluster_id, "ClusterId");
    f(m.controller_id, "ControllerId");
    f(m.brokers, "Brokers");
    f(m.cluster_authorized_operations, "ClusterAuthorizedOperations");
  }
};

}  // namespace kelp::wire
