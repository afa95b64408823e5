// Which segments go when the logs of a node take more than its disk budget. Pure. The oldest goes
// first, of topics that hold more than an equal share of the budget; of the others only when that
// is not enough; and no topic is brought below its floor.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cleaner/plan.h"

namespace kelp::cleaner {

/// A topic whose segments may be deleted.
struct TopicUsage {
  uint64_t bytes = 0;        // of all its partitions
  uint64_t floor_bytes = 0;  // what stays at least
};

/// What of one log may go, oldest first. A segment without any timestamp is the oldest.
struct LogUsage {
  size_t topic = 0;  // its place among the topics
  std::vector<Segment> segments;
};

struct EvictionTerms {
  uint64_t used_bytes = 0;    // by all logs, also those that may not be touched
  uint64_t target_bytes = 0;  // what they may take afterwards
};

/// The first so many segments of a log.
struct Eviction {
  size_t log = 0;  // its place among the logs
  size_t segments = 0;
  uint64_t bytes = 0;
};

/// One entry for each log that loses something. May fall short of the target.
std::vector<Eviction> choose_evictions(std::vector<TopicUsage> topics,
                                       std::span<const LogUsage> logs, const EvictionTerms& terms);

}  // namespace kelp::cleaner
