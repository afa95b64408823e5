// `kelp seaweed doctor`: whether a cluster is fit to hold Kelp's logs, in words.
#pragma once

#include <vector>

#include "engine/seaweed_plugin.h"

namespace kelp::seaweed {

/// Blocks for some seconds at most, longer when parts of the cluster do not answer.
std::vector<engine::SeaweedFinding> diagnose(const SeaweedOptions& options);

}  // namespace kelp::seaweed
