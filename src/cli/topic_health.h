// How a topic's partitions are, from what Metadata says.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wire/03_metadata.h"

namespace kelp::cli {

using Topic = wire::MetadataResponse::MetadataResponseTopic;
using TopicPartitionState = wire::MetadataResponse::MetadataResponsePartition;

/// Nobody leads it.
inline bool is_unavailable(const TopicPartitionState& partition) { return partition.leader_id < 0; }

inline bool is_under_replicated(const TopicPartitionState& partition) {
  return partition.isr_nodes.size() < partition.replica_nodes.size();
}

inline std::string name_of(const Topic& topic) { return topic.name.value_or(""); }

/// The replicas of a partition; those of the first one, when they differ.
inline size_t replication_factor(const Topic& topic) {
  return topic.partitions.empty() ? 0 : topic.partitions.front().replica_nodes.size();
}

template <class Predicate>
size_t count_partitions(const Topic& topic, Predicate predicate) {
  return static_cast<size_t>(std::ranges::count_if(topic.partitions, predicate));
}

}  // namespace kelp::cli
