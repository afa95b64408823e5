// What a partition remembers of each idempotent producer: epoch and its last five batches (KIP-98,
// KIP-360). Owner: Partition, on its shard. Pure: time is an argument. Bounded by kMaxProducers
// (the longest idle goes first) and by producer.id.expiration.ms. Rebuilt by replaying batches
// since the last snapshot.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/error_code.h"
#include "base/strong.h"

namespace kelp::partition {

/// Kafka's NUM_BATCHES_TO_RETAIN: clients keep at most five requests in flight.
inline constexpr size_t kBatchesKept = 5;
/// A bound on memory per partition: about 200 bytes each.
inline constexpr size_t kMaxProducers = 10'000;

/// The parts of a batch that producer state is made of. Sequences wrap from 2^31-1 to 0.
struct ProducedBatch {
  int64_t producer_id = -1;
  int16_t producer_epoch = -1;
  int32_t first_sequence = -1;
  int32_t last_sequence = -1;
  Offset base, last;
  int64_t max_timestamp_ms = -1;
};

struct ProducerState {
  int64_t producer_id = -1;
  int16_t epoch = -1;
  int64_t last_used_ms = -1;  // by the batch's own timestamp, as Kafka expires them
  /// Oldest first; only the newest `kept` entries are filled, at the front.
  std::array<ProducedBatch, kBatchesKept> batches;
  size_t kept = 0;

  const ProducedBatch* newest() const { return kept == 0 ? nullptr : &batches[kept - 1]; }
};

/// What a producer's next batch is, judged by what is remembered.
struct SequenceVerdict {
  ErrorCode error = ErrorCode::none;
  /// It repeats this one of the last five: answer with its offset, append nothing.
  std::optional<ProducedBatch> duplicate_of;
};

class ProducerStates {
 public:
  /// Errors: 45 OUT_OF_ORDER_SEQUENCE_NUMBER for a gap or an overlap, 47 INVALID_PRODUCER_EPOCH for
  /// an older epoch. An unknown producer may begin with any sequence (its state may have expired).
  SequenceVerdict judge(const ProducedBatch& next) const;

  /// The batch is in the log.
  void appended(const ProducedBatch& batch);

  /// Of a log that says itself where a batch went: it was remembered as sent, without offsets, and
  /// is there, or nowhere.
  void placed(const ProducedBatch& sent, Offset base);
  void forget(const ProducedBatch& sent);

  /// Forgets producers whose last batch is older than `before_ms`.
  void expire(int64_t before_ms);

  size_t size() const { return states_.size(); }
  std::vector<ProducerState> all() const;
  /// By producer id: the last offset of its newest batch.
  std::unordered_map<int64_t, Offset> newest_offsets() const;
  void restore(const ProducerState& state);

 private:
  void make_room();

  std::unordered_map<int64_t, ProducerState> states_;
};

}  // namespace kelp::partition
