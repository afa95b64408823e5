// What the engine knows of a partition while no log of it is open, and the two files that carry it
// over a restart: `recovery-points` (how far each partition is known to be good; from it on a scan
// begins) and `clean` (everything, so that nothing need be looked at). docs/formats/checkpoint.md.
#pragma once

#include <utility>
#include <vector>

#include "engine/disk/sparse_index.h"
#include "engine/engine.h"

namespace kelp::engine::disk {

/// Everything before it is on the disk and was found good.
struct RecoveryPoint {
  Offset offset;
  Offset segment_base;
  uint64_t position = 0;                    // in that segment, where the batch of `offset` begins
  int64_t max_timestamp_ms = kNoTimestamp;  // of that segment's batches before it
  friend bool operator==(const RecoveryPoint&, const RecoveryPoint&) = default;
};

struct PartitionState {
  Offset start;
  RecoveryPoint durable;
  std::vector<SegmentInfo> segments;  // ascending, without a gap; the last one is written on

  Offset end() const { return segments.empty() ? start : segments.back().next; }
  friend bool operator==(const PartitionState&, const PartitionState&) = default;
};

using PartitionStates = std::vector<std::pair<PartitionId, PartitionState>>;

enum class StateFile : uint8_t { recovery_points, clean };

std::string encode_states(StateFile kind, const PartitionStates& states);
/// malformed: torn, of another kind or of another version.
Result<PartitionStates> decode_states(StateFile kind, Bytes file);

}  // namespace kelp::engine::disk
