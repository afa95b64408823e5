#include "cleaner/retention.h"

#include <algorithm>

namespace kelp::cleaner {

Offset retained_from(std::span<const Segment> segments, const RetentionTerms& terms) {
  if (segments.empty()) return Offset(0);
  Offset from = segments.front().base;
  uint64_t left = terms.log_bytes;
  for (const Segment& segment : segments) {
    const bool too_old = terms.retention_ms >= 0 && segment.max_timestamp_ms >= 0 &&
                         segment.max_timestamp_ms < terms.now_ms - terms.retention_ms;
    const bool too_much = terms.retention_bytes >= 0 &&
                          left >= segment.size_bytes + static_cast<uint64_t>(terms.retention_bytes);
    if (!too_old && !too_much) break;
    left -= std::min(left, segment.size_bytes);
    from = segment.next;
  }
  return from;
}

}  // namespace kelp::cleaner
