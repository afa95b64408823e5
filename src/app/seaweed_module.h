// Loads the engine that is a library of its own.
#pragma once

#include <memory>
#include <vector>

#include "config/broker_config.h"
#include "engine/seaweed_plugin.h"

namespace kelp::app {

/// From the library beside the program (or in ../lib/kelp). Errors also: not_found, when it is not
/// there or cannot be loaded.
Result<std::unique_ptr<engine::Engine>> open_seaweed(const seaweed::SeaweedOptions& options);

/// Errors: not_found, as above.
Result<std::vector<engine::SeaweedFinding>> diagnose_seaweed(
    const seaweed::SeaweedOptions& options);
seaweed::SeaweedOptions seaweed_options_of(const config::SeaweedConfig& config);

/// `kelp seaweed doctor`: prints what was found. The exit code: 1 when something is bad.
int seaweed_doctor(const config::SeaweedConfig& config);

}  // namespace kelp::app
