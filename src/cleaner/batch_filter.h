// What compaction leaves of a batch: of each key its newest record, tombstones for a while, nothing
// without a key. Offsets, producer id, epoch and sequences stay as they were; of each producer's
// newest batch the header stays even when no record does, so that its sequences are known after a
// restart. Pure: time is an argument. The rules are Kafka's (LogCleaner; KIP-534 for tombstones).
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/slice.h"
#include "cleaner/offset_map.h"
#include "record/batch.h"

namespace kelp::cleaner {

/// Tells the map of the batch's keys. The offset behind the last record that found room: the
/// batch's next offset, or less when the map is full. malformed, too_large: as reading the batch.
Result<Offset> add_keys(record::BatchView batch, OffsetMap& map);

struct FilterTerms {
  /// The map knows of all records below; those from here on stay.
  Offset map_end;
  int64_t now_ms = 0;
  /// A tombstone goes so long after it was first compacted (delete.retention.ms).
  int64_t delete_retention_ms = 0;
  /// By producer id: the last offset of its newest batch.
  std::unordered_map<int64_t, Offset> newest_of_producer;
  /// Base offsets and ends, ascending, of batches that cannot be read: no record goes for the sake
  /// of one in there.
  std::vector<std::pair<Offset, Offset>> unreadable;
};

struct FilterCounts {
  uint64_t batches_read = 0, batches_kept = 0, batches_changed = 0;
  uint64_t records_read = 0, records_kept = 0;
  uint64_t bytes_read = 0, bytes_kept = 0;
};

enum class Fate : uint8_t { as_it_is, changed, gone };

struct Filtered {
  Fate fate = Fate::gone;
  Slice changed;  // the batch that takes its place
};

class BatchFilter {
 public:
  /// `map` must outlive the filter.
  BatchFilter(const OffsetMap& map, FilterTerms terms) : map_(map), terms_(std::move(terms)) {}

  /// Control batches stay. malformed, too_large: as reading the batch.
  Result<Filtered> filter(record::BatchView batch);
  /// The batch for which filter() just failed stays as it is.
  void keep(record::BatchView batch);

  const FilterCounts& counts() const { return counts_; }

 private:
  struct Kept;
  Result<Kept> rebuild(record::BatchView batch, std::optional<int64_t> horizon_ms) const;
  Filtered without_records(record::BatchView batch) const;
  bool is_newest_of_producer(record::BatchView batch) const;
  Result<Filtered> judge(record::BatchView batch);
  bool is_unreadable(Offset offset) const;

  const OffsetMap& map_;
  const FilterTerms terms_;
  FilterCounts counts_;
};

}  // namespace kelp::cleaner
