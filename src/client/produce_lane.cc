#include "client/produce_lane.h"

#include "record/producer_stamp.h"
#include "record/reader.h"

namespace kelp::client {

void ProduceLane::add(uint64_t number, const record::NewRecord& record) {
  open_.add(record);
  open_numbers_.push_back(number);
}

Result<void> ProduceLane::seal() {
  if (open_.record_count() == 0) return {};
  auto batch = open_.build();
  if (!batch.has_value()) return std::unexpected(std::move(batch.error()));
  Head& head = sealed_.emplace_back();
  head.batch = *std::move(batch);
  head.numbers = std::exchange(open_numbers_, {});
  return {};
}

void ProduceLane::identify(ProducerIdentity identity) {
  identity_ = identity;
  next_sequence_ = 0;
}

Slice ProduceLane::head_batch() {
  Slice& batch = head().batch;
  if (identity_.has_value()) {
    record::set_producer(batch.patch(), identity_->producer_id, identity_->producer_epoch,
                         next_sequence_);
  }
  return batch;
}

Delivery ProduceLane::stored(int64_t base_offset, int64_t append_time_ms) {
  Delivery delivery;
  delivery.partition = partition_;
  delivery.base_offset = base_offset;
  delivery.append_time_ms = append_time_ms;
  delivery.numbers = std::move(head().numbers);
  next_sequence_ =
      record::sequence_after(next_sequence_, static_cast<int32_t>(delivery.numbers.size()));
  sealed_.pop_front();
  return delivery;
}

Delivery ProduceLane::given_up(Fault fault) {
  Delivery delivery;
  delivery.partition = partition_;
  delivery.numbers = std::move(head().numbers);
  delivery.fault = std::move(fault);
  delivery.may_be_stored = head().in_doubt;
  if (head().in_doubt) identity_.reset();
  sealed_.pop_front();
  return delivery;
}

Result<bool> ProduceLane::split() {
  const size_t count = head().numbers.size();
  if (count < 2) return false;
  const record::BatchView batch(head().batch.bytes());
  auto reader = record::RecordReader::open(batch);
  if (!reader.has_value()) return std::unexpected(std::move(reader.error()));
  const auto middle = head().numbers.begin() + static_cast<ptrdiff_t>(count / 2);
  Head halves[2];
  halves[0].numbers.assign(head().numbers.begin(), middle);
  halves[1].numbers.assign(middle, head().numbers.end());
  for (Head& half : halves) {
    record::BatchBuilder builder({.codec = codec_});
    for (size_t i = 0; i < half.numbers.size(); ++i) {
      const auto next = reader->next();
      if (!next.has_value()) return std::unexpected(next.error());
      const record::Record& record = **next;
      builder.add({record.timestamp_ms, record.key, record.value, record.headers});
    }
    auto built = builder.build();
    if (!built.has_value()) return std::unexpected(std::move(built.error()));
    half.batch = *std::move(built);
    half.deadline = head().deadline;
  }
  sealed_.pop_front();
  sealed_.push_front(std::move(halves[1]));
  sealed_.push_front(std::move(halves[0]));
  return true;
}

}  // namespace kelp::client
