// SeaweedMQ's ring of 2520 slots, of which each partition of a topic owns one slice. Partition i of
// the Kafka topic is the i-th slice from the ring's start. Pure.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"

namespace kelp::smq {

inline constexpr int32_t kRingSize = 2520;
/// A slice has one slot at least. The broker itself takes 0 (and dies) and 2521 (and makes slices
/// that hold nothing).
inline constexpr int32_t kMaxPartitions = kRingSize;

/// Slots from start to stop, stop not among them.
struct RingSlice {
  int32_t start = 0;
  int32_t stop = 0;
  friend auto operator<=>(const RingSlice&, const RingSlice&) = default;
};

/// invalid: not 1 to kMaxPartitions; the words are for the one who asked.
Result<void> check_partition_count(int32_t count);

/// The slice of a partition, 0 <= index < count, of a topic with `count` of them, which has been
/// checked.
RingSlice slice_of(int32_t index, int32_t count);

/// Which partition of `count` has just this slice.
std::optional<int32_t> index_of(RingSlice slice, int32_t count);

/// The slices that a broker named, in the order of the partitions' indexes. malformed: they are not
/// the slices of a topic with so many partitions, each of them once.
Result<std::vector<RingSlice>> in_partition_order(std::vector<RingSlice> slices);

}  // namespace kelp::smq
