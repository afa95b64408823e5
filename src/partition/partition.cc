#include "partition/partition.h"

#include <algorithm>

#include "base/assert.h"

namespace kelp::partition {
namespace {

ProducedBatch produced(const record::BatchHeader& batch) {
  ProducedBatch result;
  result.producer_id = batch.producer_id();
  result.producer_epoch = batch.producer_epoch();
  result.first_sequence = batch.base_sequence();
  result.last_sequence = batch.last_sequence();
  result.base = batch.base_offset();
  result.last = batch.last_offset();
  result.max_timestamp_ms = batch.max_timestamp();
  return result;
}

}  // namespace

Placement Partition::place(const record::BatchHeader& batch) const {
  Placement placement;
  placement.base = end_;
  if (batch.producer_id() < 0) return placement;
  const SequenceVerdict verdict = producers_.judge(produced(batch));
  placement.error = verdict.error;
  if (verdict.duplicate_of.has_value()) {
    placement.duplicate = true;
    placement.base = verdict.duplicate_of->base;
    placement.duplicate_timestamp_ms = verdict.duplicate_of->max_timestamp_ms;
  }
  return placement;
}

void Partition::appended(const record::BatchHeader& batch) {
  KELP_ASSERT(batch.base_offset() >= end_, batch.base_offset(), end_);
  end_ = batch.last_offset() + 1;
  epochs_.appended(batch.leader_epoch(), batch.base_offset());
  if (batch.max_timestamp() > largest_timestamp_ms_) {
    largest_timestamp_ms_ = batch.max_timestamp();
    largest_timestamp_base_ = batch.base_offset();
  }
  if (batch.producer_id() >= 0 && !batch.is_control()) producers_.appended(produced(batch));
}

void Partition::sent(const record::BatchHeader& batch) {
  if (batch.producer_id() < 0) return;
  ProducedBatch without_place = produced(batch);
  without_place.base = without_place.last = Offset(-1);
  producers_.appended(without_place);
}

void Partition::placed(const record::BatchHeader& batch, Offset base) {
  if (batch.producer_id() >= 0) producers_.placed(produced(batch), base);
}

void Partition::not_taken(const record::BatchHeader& batch) {
  if (batch.producer_id() >= 0) producers_.forget(produced(batch));
}

void Partition::trimmed(Offset new_start) {
  KELP_ASSERT(new_start <= end_, new_start, end_);
  start_ = std::max(start_, new_start);
  epochs_.trimmed(start_);
}

void Partition::rewritten(Offset from, Offset to) {
  if (largest_timestamp_base_ < from || largest_timestamp_base_ >= to) return;
  largest_timestamp_base_ = Offset(-1);  // below every start: largest_timestamp() does not know
}

std::optional<Partition::LargestTimestamp> Partition::largest_timestamp() const {
  if (largest_timestamp_ms_ < 0 || largest_timestamp_base_ < start_) return std::nullopt;
  return LargestTimestamp{largest_timestamp_ms_, largest_timestamp_base_};
}

}  // namespace kelp::partition
