// The partitions of a cluster that a person means by TopicSpecs, and offsets of theirs.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "cli/topic_spec.h"
#include "client/cluster.h"

namespace kelp::cli {

/// Of whole topics, each partition; of named partitions, those that are there. Errors: not_found
/// for a topic or a partition that is not there.
Result<std::set<client::TopicPartition>> partitions_of(client::Cluster& cluster,
                                                       const std::vector<TopicSpec>& specs);

/// The first offset at or after the time in milliseconds (-1: no record is as late), or
/// client::kEarliest or kLatest. Errors: not_found for a partition that does not answer.
Result<std::map<client::TopicPartition, int64_t>> offsets_at(
    client::Cluster& cluster, const std::set<client::TopicPartition>& partitions, int64_t time_ms);

}  // namespace kelp::cli
