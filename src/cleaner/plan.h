// Whether a log is worth compacting now, how far, and which of its segments become one. Pure: time
// is an argument. The rules are Kafka's (LogCleanerManager, Cleaner.groupSegmentsBySize).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/strong.h"

namespace kelp::cleaner {

/// A segment that is written no more. Ascending, each begins where the one before it ends.
struct Segment {
  Offset base, next;
  uint64_t size_bytes = 0;
  int64_t max_timestamp_ms = -1;
};

struct PlanTerms {
  int64_t now_ms = 0;
  /// Everything below was compacted with all that is below (0: nothing was).
  Offset clean_end;
  /// Nothing from here on is touched (last stable offset).
  Offset stable_end;
  int64_t min_lag_ms = 0;                  // min.compaction.lag.ms
  int64_t max_lag_ms = INT64_MAX;          // max.compaction.lag.ms
  double min_dirty_ratio = 0.5;            // min.cleanable.dirty.ratio
  std::optional<int64_t> oldest_dirty_ms;  // when the first batch from clean_end on was written
};

struct Plan {
  /// The part whose keys go into the map; what lies before it is filtered with it.
  Offset dirty_begin, dirty_end;
  uint64_t clean_bytes = 0, dirty_bytes = 0;
  bool due = false;

  double dirty_ratio() const {
    const uint64_t all = clean_bytes + dirty_bytes;
    return all == 0 ? 0 : static_cast<double>(dirty_bytes) / static_cast<double>(all);
  }
};

Plan plan(std::span<const Segment> segments, const PlanTerms& terms);

/// Segments that are rewritten together, into about one.
struct Group {
  Offset from, to;
  uint64_t size_bytes = 0;
  size_t segments = 0;
};

/// Old files that are kept open while their place is taken, in one swap.
inline constexpr size_t kMaxGroupedSegments = 64;

/// All segments that begin below `until`, in groups of at most `max_bytes` (a larger one is alone).
std::vector<Group> group(std::span<const Segment> segments, Offset until, uint64_t max_bytes);

}  // namespace kelp::cleaner
