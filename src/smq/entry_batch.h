// Entries of a SeaweedMQ log as one record batch of magic 2, at the offsets that the broker gave
// them: what a read answers with. Gaps between offsets are legal (an offset that was burnt, a
// record that was lost with the broker's memory). Each record keeps its own time, so the batch is
// of CreateTime whatever the topic says: with LogAppendTime a batch has one time for all its
// records, and what a record's time is would depend on where the read began. Owned by one reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "base/slice.h"
#include "record/builder.h"
#include "smq/log_file.h"
#include "smq/mapping.h"

namespace kelp::smq {

struct BatchTerms {
  MappingRules rules;
  Epoch leader_epoch{-1};
  /// The batch has no more bytes than that, unless its first record alone has.
  size_t max_bytes = size_t{1} << 20;
};

/// Puts entries in the order of their offsets and takes out those whose offset an earlier one
/// (ts_ns) has. Several native publishers write a few out of order; a broker that came back with a
/// wrong counter gives offsets again (docs/formats/smq-log.md). Answers how many it took out.
size_t put_in_order(std::vector<LogEntry>& entries);

class EntryBatch {
 public:
  explicit EntryBatch(const BatchTerms& terms) : terms_(terms) {}

  /// Copies the entry behind those before, whose offsets are smaller. False, and not taken: the
  /// batch is full (or would reach over more offsets than a batch can say); build() it first.
  bool add(const LogEntry& entry);

  bool empty() const { return builder_.record_count() == 0; }
  int32_t record_count() const { return builder_.record_count(); }
  Offset base() const { return Offset(base_); }
  /// One past the last record.
  Offset next() const { return Offset(next_); }

  /// The batch; leaves this empty, for the next one. invalid: nothing was added.
  Result<Slice> build();

 private:
  BatchTerms terms_;
  record::BatchBuilder builder_;
  int64_t base_ = 0;
  int64_t next_ = 0;
};

}  // namespace kelp::smq
