// What a topic may be: names, counts, assignments, with the words that Kafka uses when one is
// refused. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/cluster.h"

namespace kelp::broker {

/// Kafka's Topic.MAX_NAME_LENGTH.
inline constexpr size_t kMaxTopicName = 249;
/// Partitions in one request (Kafka: "Excessively large number of partitions per request").
inline constexpr int64_t kMaxPartitionsPerRequest = 10'000;

/// Why a name is refused; nothing for one that is allowed.
std::optional<std::string> fault_of_topic_name(std::string_view name);

/// Topics of the broker itself: not made on first use, marked in Metadata.
bool is_internal_topic(std::string_view name);

/// Names that differ only in '.' and '_' make one metric's name: they are not allowed side by side.
std::string colliding_name(std::string_view name);
/// The words for it.
std::string fault_of_collision(std::string_view name, std::string_view rival);
/// A topic whose name collides with `name` without being it.
TopicRef colliding_topic(const TopicsByName& topics, std::string_view name);

/// Partition index and replicas as a client orders them.
using Assignments = std::vector<std::pair<int32_t, std::vector<BrokerId>>>;
/// Why INVALID_REPLICA_ASSIGNMENT; nothing when they are consecutive from 0, of live brokers, none
/// twice.
std::optional<std::string> fault_of_assignments(const Assignments& assignments,
                                                const ClusterImage& image);

/// Replicas of each partition, leader first, spread so that every node leads as many as another;
/// where it begins follows from the topic's id, so that small topics do not all land on the first
/// node.
std::vector<std::vector<BrokerId>> spread_replicas(const Uuid& id, size_t partitions,
                                                   size_t replicas,
                                                   const std::vector<NodeImage>& nodes);

}  // namespace kelp::broker
