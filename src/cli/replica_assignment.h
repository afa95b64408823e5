// Which brokers hold which partitions, as kafka-topics has people write it: `1:2,2:3` puts the
// first partition on brokers 1 (its preferred leader) and 2, the second one on 2 and 3.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kelp::cli {

using ReplicaAssignment = std::vector<std::vector<int32_t>>;

/// Every partition has as many replicas as the first. Errors: invalid.
Result<ReplicaAssignment> parse_replica_assignment(std::string_view text);

}  // namespace kelp::cli
