// A broker's configuration entry by entry, for DescribeConfigs: the value in force of each key,
// where it comes from and what stands behind it. Pure.
#pragma once

#include <vector>

#include "config/broker_settings.h"
#include "config/topic_config.h"

namespace kelp::config {

/// Every key of Kafka and of Kelp, sorted by name, as a node has it. For kEveryNode: only what was
/// set for all brokers while running (the resource of the empty name).
std::vector<ConfigEntry> describe_broker_config(const BrokerSettings& settings, int32_t node_id);

}  // namespace kelp::config
