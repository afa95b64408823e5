// What a reset of a group's offsets would commit: computed from what there is, nothing asked and
// nothing written. The rules are those of kafka-consumer-groups.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/result.h"
#include "client/cluster.h"

namespace kelp::cli {

enum class ResetKind : uint8_t { earliest, latest, offset, shift, time, current, file };

struct ResetTarget {
  ResetKind kind = ResetKind::earliest;
  int64_t value = 0;  // of offset, shift (may be negative) and time (milliseconds)
};

/// What is known of a partition.
struct PartitionOffsets {
  int64_t earliest = 0;
  int64_t latest = 0;               // the next one to be written
  std::optional<int64_t> current;   // the group's
  std::optional<int64_t> in_place;  // of kinds time and file: what was found or is written there
};

struct PlannedReset {
  client::TopicPartition at;
  std::optional<int64_t> current;
  int64_t next = 0;
  std::optional<int64_t> asked;  // what was asked for, where it is outside of the partition
};

/// A target outside of the partition becomes its nearest end. Errors: invalid for a shift of
/// partitions without an offset.
Result<std::vector<PlannedReset>> plan_reset(
    const ResetTarget& target, const std::map<client::TopicPartition, PartitionOffsets>& known);

}  // namespace kelp::cli
