// What is wrong between settings although each of them is right.
#pragma once

#include <string>
#include <vector>

#include "config/broker_settings.h"

namespace kelp::config {

/// Of all virtual brokers, for a person; the errors of single settings are not among them.
std::vector<std::string> conflicts_in(const BrokerSettings& settings);

}  // namespace kelp::config
