// Whether what a producer sent for one partition may be appended: one sound batch of magic 2 whose
// every record is what it claims to be. Pure; called by the partition's replica before it gives
// offsets. Costs one CRC and a walk over the records' lengths; uncompressed batches
// allocate nothing, compressed ones are decompressed piece by piece under a bound, or taken by
// their header and frames if that is enough (ADR 0017).
#pragma once

#include <cstdint>
#include <expected>
#include <limits>
#include <string_view>

#include "base/slice.h"
#include "record/batch.h"
#include "record/fault.h"

namespace kelp::record {

/// What the topic and the request demand of a batch.
struct ProduceRules {
  int64_t now_ms = 0;
  int16_t api_version = std::numeric_limits<int16_t>::max();  // of Produce: zstd needs 7
  int32_t max_message_bytes = 1024 * 1024 + 12;               // max.message.bytes, Kafka's default
  TimestampType timestamp_type = TimestampType::create_time;  // message.timestamp.type
  int64_t timestamp_before_max_ms = std::numeric_limits<int64_t>::max();
  int64_t timestamp_after_max_ms = 3'600'000;
  bool compacted = false;        // cleanup.policy has compact: a record needs a key
  bool control_allowed = false;  // the broker's own markers
  /// Whether a compressed batch is decompressed to look at each record. If not, one whose header
  /// and frames are as they should be is taken for what its header says (ADR 0017); any other, and
  /// one for a compacted topic, is decompressed all the same.
  bool open_compressed = true;
  std::string_view topic_partition;  // "orders-3", for messages
};

/// The first Produce version that may carry zstd (KIP-110).
inline constexpr int16_t kFirstProduceWithZstd = 7;

struct ValidatedBatch {
  Slice batch;  // exactly the batch, without bytes that followed it
  int32_t record_count = 0;
  /// The largest timestamp of its records as the log will show them: now_ms with LogAppendTime, -1
  /// when no record has one.
  int64_t max_timestamp_ms = -1;
  /// The first record that has it (ListOffsets -3), counted from the batch's base offset; 0 if the
  /// records were not looked at.
  int32_t max_timestamp_delta = 0;
  /// Whether the records' own offset deltas are 0, 1, 2…. Where not (Kafka accepts it),
  /// recompress() renumbers them.
  bool has_dense_offsets = true;
  /// Whether the records were looked at.
  bool opened = true;

  BatchView view() const { return BatchView(batch.bytes()); }
};

/// Checks what a Produce request holds for one partition. Codes as Kafka 4.3 answers them:
///   87 INVALID_RECORD    nothing, no whole batch, two batches, magic 0 or 1, counts and offsets
///                        that disagree, damaged records, control batches, a producer id without a
///                        sequence; with `records`: a null key on a compacted topic
///   2  CORRUPT_MESSAGE   the CRC, a length below the header's, an unknown magic
///   10 MESSAGE_TOO_LARGE beyond max_message_bytes, or decompresses beyond max_uncompressed_bytes()
///   32 INVALID_TIMESTAMP with `records`        76 UNSUPPORTED_COMPRESSION_TYPE zstd below version
///   7
/// Deliberate differences from Kafka (its answer): an unknown codec (-1), a payload that is not
/// what its codec says (-1), a transactional batch without producer id (0), lengths below -1 (0,
/// taken as null), bytes behind a gzip stream (0), and in compressed batches record lengths that do
/// not match their fields (0) are all 87. A LogAppendTime bit of the client does not hide its
/// timestamps.
std::expected<ValidatedBatch, BatchFault> validate_produced(const Slice& records,
                                                            const ProduceRules& rules);

/// Overwrites in the request's own buffer what the log shall hold and a producer may have got
/// wrong: timestamp type, maximum timestamp, attribute bits nobody knows. Computes the CRC again
/// only if something changed. Base offset and leader epoch are the partition's to set.
void settle_timestamps(ValidatedBatch& validated, const ProduceRules& rules);

}  // namespace kelp::record
