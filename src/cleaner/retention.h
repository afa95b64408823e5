// From which offset on a log is kept by retention.ms and retention.bytes: whole segments go, the
// oldest first, at last also the one that is written to. Pure: time is an argument. The rules are
// Kafka's (UnifiedLog.deleteOldSegments).
#pragma once

#include <cstdint>
#include <span>

#include "cleaner/plan.h"

namespace kelp::cleaner {

struct RetentionTerms {
  int64_t now_ms = 0;
  int64_t retention_ms = -1;     // negative: without end
  int64_t retention_bytes = -1;  // negative: without end
  uint64_t log_bytes = 0;        // of all segments, also the one that is written to
};

/// The start of the first segment that stays; of no segments, 0. A segment without any timestamp
/// has no age.
Offset retained_from(std::span<const Segment> segments, const RetentionTerms& terms);

}  // namespace kelp::cleaner
