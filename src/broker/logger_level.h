// The level of our log as a resource of DescribeConfigs and IncrementalAlterConfigs (KIP-412):
// there is one logger, "root", of the whole process. As in Kafka a level holds until the process
// ends.
#pragma once

#include <string_view>

#include "broker/config_orders.h"

namespace kelp::broker {

inline constexpr std::string_view kRootLogger = "root";

/// Kafka's word for the level in force: DEBUG, INFO, WARN, ERROR, or FATAL when nothing is written.
std::string_view logger_level();

/// Does what `order` says of loggers, at once: they belong to the node that is asked. 40: another
/// logger than "root", a level that is none; 42: what cannot be done with a level.
Verdict alter_logger(const ConfigOrder& order, bool validate_only);

}  // namespace kelp::broker
