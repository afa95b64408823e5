#include "cleaner/plan.h"

#include <algorithm>
#include <limits>

namespace kelp::cleaner {
namespace {

/// An index holds offsets within a segment in 32 bits.
constexpr int64_t kMaxGroupedOffsets = std::numeric_limits<int32_t>::max();

}  // namespace

Plan plan(std::span<const Segment> segments, const PlanTerms& terms) {
  Plan result;
  if (segments.empty()) return result;
  result.dirty_begin = std::max(terms.clean_end, segments.front().base);
  result.dirty_end = result.dirty_begin;
  for (const Segment& segment : segments) {
    if (segment.next <= result.dirty_begin) {
      result.clean_bytes += segment.size_bytes;
      continue;
    }
    const bool settled =
        terms.min_lag_ms <= 0 || segment.max_timestamp_ms <= terms.now_ms - terms.min_lag_ms;
    if (!settled || segment.next > terms.stable_end) break;
    result.dirty_bytes += segment.size_bytes;
    result.dirty_end = segment.next;
  }
  if (result.dirty_end <= result.dirty_begin) return result;
  const bool too_old = terms.oldest_dirty_ms && terms.max_lag_ms != INT64_MAX &&
                       terms.now_ms - *terms.oldest_dirty_ms > terms.max_lag_ms;
  result.due = too_old || (result.dirty_bytes > 0 && result.dirty_ratio() > terms.min_dirty_ratio);
  return result;
}

std::vector<Group> group(std::span<const Segment> segments, Offset until, uint64_t max_bytes) {
  std::vector<Group> groups;
  for (const Segment& segment : segments) {
    if (segment.base >= until) break;
    const bool joins = !groups.empty() && groups.back().segments < kMaxGroupedSegments &&
                       groups.back().size_bytes + segment.size_bytes <= max_bytes &&
                       segment.next - groups.back().from <= kMaxGroupedOffsets;
    if (!joins) groups.push_back({.from = segment.base, .to = segment.next});
    groups.back().to = segment.next;
    groups.back().size_bytes += segment.size_bytes;
    ++groups.back().segments;
  }
  return groups;
}

}  // namespace kelp::cleaner
