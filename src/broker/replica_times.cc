// A Replica's answers to ListOffsets by time.
#include <algorithm>

#include "broker/replica.h"
#include "record/reader.h"

namespace kelp::broker {
namespace {

/// The first record of the batch that is so new and not below `start`. A batch that cannot be read
/// to there has none: no consumer could read it either.
std::optional<FoundOffset> first_in(record::BatchView batch, int64_t timestamp_ms, Offset start) {
  auto records = record::RecordReader::open(batch);
  if (!records.has_value()) return std::nullopt;
  for (;;) {
    const auto next = records->next();
    if (!next.has_value() || *next == nullptr) return std::nullopt;
    if ((*next)->timestamp_ms < timestamp_ms || (*next)->offset < start) continue;
    FoundOffset found;
    found.timestamp_ms = (*next)->timestamp_ms;
    found.offset = (*next)->offset;
    found.leader_epoch = batch.leader_epoch();
    return found;
  }
}

}  // namespace

rt::Task<Result<FoundOffset>> Replica::first_at_or_after(int64_t timestamp_ms) {
  const rt::Gate::Pass pass = gate_.enter();
  const auto batch = co_await log_->find_time(timestamp_ms);
  if (!batch.has_value()) co_return std::unexpected(batch.error());
  if (!batch->has_value()) co_return FoundOffset();
  co_return co_await first_record_from(**batch, timestamp_ms);
}

rt::Task<Result<FoundOffset>> Replica::largest_timestamp() {
  const rt::Gate::Pass pass = gate_.enter();
  auto largest = state_.largest_timestamp();
  if (is_shared()) largest.reset();  // others wrote
  if (!largest.has_value()) {
    // The batch that had it was trimmed away: the log is asked once.
    partition::Partition rebuilt(state_.start());
    std::function<void(const record::BatchHeader&)> each =
        [&rebuilt](const record::BatchHeader& batch) {
          if (batch.base_offset() >= rebuilt.end()) rebuilt.appended(batch);
        };
    const Result<void> replayed = co_await log_->replay(state_.start(), each);
    if (!replayed.has_value()) co_return std::unexpected(replayed.error());
    largest = rebuilt.largest_timestamp();
    if (!largest.has_value()) co_return FoundOffset();
  }
  co_return co_await first_record_from(largest->batch_base, largest->timestamp_ms);
}

rt::Task<Result<FoundOffset>> Replica::first_record_from(Offset batch, int64_t timestamp_ms) {
  // Usually the first batch holds it; the log may begin in the middle of a batch, and then a later
  // one does.
  for (Offset from = batch; from < state_.end();) {
    engine::ReadLimits limits;
    limits.before = high_watermark();
    auto read = co_await log_->read(std::max(from, state_.start()), limits);
    if (!read.has_value()) co_return std::unexpected(std::move(read.error()));
    const Result<Slice> bytes = rt::gathered(read->batches);
    if (!bytes.has_value()) co_return std::unexpected(bytes.error());
    if (bytes->empty()) break;  // a cleaner dropped what was there
    const auto view = record::first_batch(bytes->bytes());
    if (!view.has_value()) co_return std::unexpected(view.error());
    const auto found = first_in(*view, timestamp_ms, state_.start());
    if (found.has_value()) co_return *found;
    from = view->next_offset();
  }
  co_return FoundOffset();
}

}  // namespace kelp::broker
