#include "smq/ring.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.h"

namespace kelp::smq {

Result<void> check_partition_count(int32_t count) {
  if (count >= 1 && count <= kMaxPartitions) return {};
  return fail(ErrorKind::invalid, fmt::format("a SeaweedMQ topic has 1 to {} partitions, not {}",
                                              kMaxPartitions, count));
}

RingSlice slice_of(int32_t index, int32_t count) {
  KELP_ASSERT(count >= 1 && count <= kMaxPartitions, count);
  KELP_ASSERT(index >= 0 && index < count, index, count);
  const int32_t width = kRingSize / count;
  // The last slice takes what the division left over.
  return {index * width, index == count - 1 ? kRingSize : (index + 1) * width};
}

std::optional<int32_t> index_of(RingSlice slice, int32_t count) {
  if (!check_partition_count(count) || slice.start < 0) return std::nullopt;
  const int32_t index = slice.start / (kRingSize / count);
  if (index >= count || slice_of(index, count) != slice) return std::nullopt;
  return index;
}

Result<std::vector<RingSlice>> in_partition_order(std::vector<RingSlice> slices) {
  if (slices.empty() || slices.size() > static_cast<size_t>(kMaxPartitions)) {
    return fail(ErrorKind::malformed, fmt::format("{} slices of a ring", slices.size()));
  }
  std::ranges::sort(slices);
  const auto count = static_cast<int32_t>(slices.size());
  for (int32_t i = 0; i < count; ++i) {
    const RingSlice slice = slices[static_cast<size_t>(i)];
    if (slice == slice_of(i, count)) continue;
    return fail(ErrorKind::malformed, fmt::format("{} to {} is no slice of a ring with {} of them",
                                                  slice.start, slice.stop, count));
  }
  return slices;
}

}  // namespace kelp::smq
