// A segment's sparse index: from an offset, a position or a time to the position of a batch at or
// before it; the reader walks the headers from there. One entry serves all three questions. Bounded
// by thinning: a full index drops every second entry and doubles its distance. Owner: the log of an
// active segment; immutable once shared for a sealed one. On disk: docs/formats/index.md.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/slice.h"
#include "base/strong.h"

namespace kelp::engine::disk {

/// Less than every timestamp: of no batches.
inline constexpr int64_t kNoTimestamp = std::numeric_limits<int64_t>::min();

/// A batch's base offset (less the segment's) and position, and the largest timestamp of all
/// batches of the segment before it.
struct IndexEntry {
  uint32_t offset = 0;
  uint32_t position = 0;
  int64_t max_timestamp_before_ms = kNoTimestamp;
  friend bool operator==(const IndexEntry&, const IndexEntry&) = default;
};

/// Index entries hold an offset's and a position's distance from the segment's beginning in 32
/// bits.
inline constexpr uint64_t kMaxSegmentBytes = std::numeric_limits<uint32_t>::max();
inline constexpr int64_t kMaxSegmentOffsets = std::numeric_limits<int32_t>::max();

/// What a segment's file holds.
struct SegmentInfo {
  Offset base;
  Offset next;  // one past its last record
  uint64_t size_bytes = 0;
  int64_t max_timestamp_ms = kNoTimestamp;
  friend bool operator==(const SegmentInfo&, const SegmentInfo&) = default;
};

class SparseIndex {
 public:
  /// 256 KiB a segment at most. At the default distance of 4 KiB that is reached at 64 MiB; a
  /// segment of 1 GiB ends with a distance of 64 KiB, which a walk reads in some 20 us.
  static constexpr size_t kMaxEntries = 16384;

  /// A batch stands at `entry`; remembered (true) when the last entry is `interval_bytes` away.
  bool add(const IndexEntry& entry, size_t interval_bytes);
  /// Entries found later, for parts that have none; in order of their positions.
  void learn(const std::vector<IndexEntry>& found);

  /// The last entry at or before; the segment's beginning if there is none.
  IndexEntry at_offset(uint32_t offset) const;
  IndexEntry at_position(uint64_t position) const;
  /// The last entry before which no batch reaches `timestamp_ms`.
  IndexEntry at_time(int64_t timestamp_ms) const;

  const std::vector<IndexEntry>& entries() const { return entries_; }
  bool empty() const { return entries_.empty(); }

 private:
  void thin();

  std::vector<IndexEntry> entries_;
  size_t scale_ = 1;  // how often it was thinned, as a factor of the distance
};

/// The whole .index file.
std::string encode_index(const SegmentInfo& segment, const SparseIndex& index);

struct DecodedIndex {
  SegmentInfo segment;
  SparseIndex index;
};
/// malformed: not an index file of this version, torn, or its entries make no sense.
Result<DecodedIndex> decode_index(Bytes file);

}  // namespace kelp::engine::disk
