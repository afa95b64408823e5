// Which partition of __consumer_offsets a group belongs to: Kafka's rule, since its tools and an
// imported topic rely on it.
#pragma once

#include <cstdint>
#include <string_view>

namespace kelp::group {

/// Partitions of __consumer_offsets unless the operator says otherwise
/// (offsets.topic.num.partitions).
inline constexpr int32_t kOffsetsPartitions = 50;

/// Java's String.hashCode() of the text that these UTF-8 bytes encode: over UTF-16 units. A bad
/// byte counts as U+FFFD.
int32_t java_string_hash(std::string_view utf8);

/// Java's String.length(): UTF-16 units.
size_t java_string_length(std::string_view utf8);

/// abs(hash) % partitions, where abs(the smallest int) is 0.
int32_t partition_of_group(std::string_view group_id, int32_t partitions = kOffsetsPartitions);

}  // namespace kelp::group
