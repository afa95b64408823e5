// The configuration of groups and of subscriptions to client metrics: what was set of one, over
// what the broker says, entry by entry and checked with Kafka's words. Pure.
#pragma once

#include <vector>

#include "config/broker_settings.h"
#include "config/topic_config.h"

namespace kelp::config {

/// What was set of one resource, by key.
using ConfigOverrides = TopicOverrides;

/// Every key of the scope (group or client_metrics), sorted by name.
std::vector<ConfigEntry> describe_resource_config(Scope scope, const ConfigOverrides& overrides,
                                                  const BrokerSettings& settings, int32_t node_id);

/// `invalid` for an unknown key, a value that is wrong or beyond what the broker's keys allow, and
/// for a session that is not longer than a heartbeat's interval.
Result<void> check_group_config(const ConfigOverrides& overrides, const BrokerSettings& settings);

enum class ClientMetricsFault : uint8_t { none, bad_request, bad_config };
struct ClientMetricsCheck {
  ClientMetricsFault fault = ClientMetricsFault::none;
  std::string message;
};
/// Kafka calls an unknown key and an interval out of range a bad request, the rest a bad
/// configuration.
ClientMetricsCheck check_client_metrics(const ConfigOverrides& overrides);

}  // namespace kelp::config
