// The partitions of a cluster that a person means by TopicSpecs.
#pragma once

#include <set>
#include <vector>

#include "cli/topic_spec.h"
#include "client/cluster.h"

namespace kelp::cli {

/// Of whole topics, each partition; of named partitions, those that are there. Errors: not_found
/// for a topic or a partition that is not there.
Result<std::set<client::TopicPartition>> partitions_of(client::Cluster& cluster,
                                                       const std::vector<TopicSpec>& specs);

}  // namespace kelp::cli
