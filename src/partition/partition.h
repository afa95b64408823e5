// Partition: Kafka's rules for one log, without the log. Says where a batch goes and whether it
// may, remembers producers and epochs, and answers what offsets mean. Pure; its owner
// (broker/replica) appends, then tells it what was appended. Invariants: start <= last stable
// offset <= high watermark == end (one copy: what is appended is committed).
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>

#include "base/error_code.h"
#include "base/result.h"
#include "base/slice.h"
#include "base/strong.h"
#include "partition/epoch_starts.h"
#include "partition/producer_states.h"
#include "record/batch.h"

namespace kelp::partition {

/// What to do with a batch that a client produced.
struct Placement {
  ErrorCode error = ErrorCode::none;
  /// Where it goes; of a duplicate: where it went.
  Offset base;
  bool duplicate = false;
  /// Of a duplicate: the largest timestamp of the batch that it repeats.
  int64_t duplicate_timestamp_ms = -1;
};

class Partition {
 public:
  Partition() = default;
  /// A log that begins at `start`, empty so far: replay or restore tells what it holds.
  explicit Partition(Offset start) : start_(start), end_(start) {}

  Offset start() const { return start_; }
  Offset end() const { return end_; }
  Offset high_watermark() const { return end_; }
  Offset last_stable_offset() const { return end_; }
  /// The epoch of the newest batch; nothing in a log that never held one.
  std::optional<Epoch> newest_epoch() const { return epochs_.newest(); }
  /// The epoch of the oldest batch that can be read.
  std::optional<Epoch> epoch_at_start() const { return epochs_.oldest(); }

  /// Where a valid produced batch goes. Changes nothing.
  Placement place(const record::BatchHeader& batch) const;

  /// A batch with its final offsets and epoch is in the log. Batches come in order; gaps are what
  /// compaction left.
  void appended(const record::BatchHeader& batch);

  /// Of a shared log: a batch is on its way, and what is known of it is its producer and sequences
  /// (a duplicate of it has the base -1); then it is at `base`, or was not taken.
  void sent(const record::BatchHeader& batch);
  void placed(const record::BatchHeader& batch, Offset base);
  void not_taken(const record::BatchHeader& batch);

  void trimmed(Offset new_start);
  /// Batches from..to-1 are other ones now: what was remembered of them is the log's to say.
  void rewritten(Offset from, Offset to);
  /// The log ends there, although a cleaner dropped its last batches.
  void extend_to(Offset end) { end_ = std::max(end_, end); }
  void expire_producers(int64_t before_ms) { producers_.expire(before_ms); }

  /// KIP-101: see EpochStarts.
  std::optional<EpochEnd> end_of(Epoch epoch) const { return epochs_.end_of(epoch, end_); }

  /// The first batch that holds the largest timestamp. Nothing: the log is empty, or that batch was
  /// trimmed away and the log has to be asked.
  struct LargestTimestamp {
    int64_t timestamp_ms;
    Offset batch_base;
  };
  std::optional<LargestTimestamp> largest_timestamp() const;

  size_t producers() const { return producers_.size(); }
  /// By producer id: the last offset of its newest batch, which tells its next sequence.
  std::unordered_map<int64_t, Offset> newest_of_producers() const {
    return producers_.newest_offsets();
  }
  std::vector<ProducerState> producer_states() const { return producers_.all(); }

  /// Everything above as bytes (docs/formats/partition-snapshot.md), true as of end(); and back:
  /// `malformed` for anything but a snapshot, which is then to be ignored and the log replayed from
  /// its start.
  Slice encode_snapshot() const;
  static Result<Partition> decode_snapshot(Bytes bytes);

 private:
  Offset start_, end_;
  ProducerStates producers_;
  EpochStarts epochs_;
  int64_t largest_timestamp_ms_ = -1;
  Offset largest_timestamp_base_;
};

}  // namespace kelp::partition
