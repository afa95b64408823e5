// The engine on a SeaweedFS cluster: a catalog on the filer, logs as objects on volume servers
// (docs/seaweed.md). Who opens a log takes it over from whoever had it before.
#pragma once

#include <memory>

#include "engine/engine.h"
#include "engine/seaweed_plugin.h"

namespace kelp::seaweed {

/// Finds the cluster and reads the catalog. Blocks.
Result<std::unique_ptr<engine::Engine>> open_seaweed_engine(const SeaweedOptions& options);

}  // namespace kelp::seaweed
