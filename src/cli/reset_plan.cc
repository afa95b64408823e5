#include "cli/reset_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace kelp::cli {
namespace {

/// Without a bound to the partition.
int64_t asked_offset(const ResetTarget& target, const PartitionOffsets& known) {
  switch (target.kind) {
    case ResetKind::earliest:
      return known.earliest;
    case ResetKind::latest:
      return known.latest;
    case ResetKind::offset:
      return target.value;
    case ResetKind::shift: {
      int64_t sum = 0;
      if (!__builtin_add_overflow(*known.current, target.value, &sum)) return sum;
      return target.value < 0 ? known.earliest : known.latest;
    }
    case ResetKind::time:
    case ResetKind::file:
      return known.in_place.value_or(known.latest);
    case ResetKind::current:
      return known.current.value_or(known.latest);
  }
  return known.latest;
}

}  // namespace

Result<std::vector<PlannedReset>> plan_reset(
    const ResetTarget& target, const std::map<client::TopicPartition, PartitionOffsets>& known) {
  std::string without;
  std::vector<PlannedReset> plan;
  for (const auto& [at, offsets] : known) {
    if (target.kind == ResetKind::shift && !offsets.current.has_value()) {
      without += fmt::format("{}{}:{}", without.empty() ? "" : ", ", at.topic, at.partition);
      continue;
    }
    PlannedReset reset{at, offsets.current, asked_offset(target, offsets), std::nullopt};
    // The current one stays even where the log has moved on: nothing was asked to change.
    if (target.kind != ResetKind::current) {
      const int64_t bound = std::max(offsets.earliest, offsets.latest);
      const int64_t inside = std::clamp(reset.next, offsets.earliest, bound);
      if (inside != reset.next) reset.asked = reset.next;
      reset.next = inside;
    }
    plan.push_back(std::move(reset));
  }
  if (!without.empty()) {
    return fail(ErrorKind::invalid,
                "cannot shift where the group has no committed offset: " + without);
  }
  return plan;
}

}  // namespace kelp::cli
