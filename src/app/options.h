// The command line of `kelp serve`, and the settings that it, the environment and files make
// together.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "config/broker_config.h"

namespace kelp::app {

/// Exit codes, documented in README.md: supervisors tell a wrong configuration from a taken port.
enum class Exit : uint8_t {
  ok = 0,
  failure = 1,
  usage = 2,
  cannot_listen = 75,  // EX_TEMPFAIL: the port is taken
  configuration = 78,  // EX_CONFIG
};

struct ServeOptions {
  config::BrokerSettings settings;
  std::vector<config::BrokerConfig> nodes;  // one for each virtual broker
  bool ready_json = false;                  // one JSON line on stdout once it listens
  bool hints = false;                       // say how to use it
};

/// Reads files and the environment. `invalid`: everything that is wrong, one a line.
Result<ServeOptions> resolve_options(config::BrokerSettings settings);

}  // namespace kelp::app
