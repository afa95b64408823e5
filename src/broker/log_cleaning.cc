#include "broker/log_cleaning.h"

#include <algorithm>

#include "base/log.h"

namespace kelp::broker {
namespace {

/// Bytes of the log that are read, filtered and written at a time: few hand-overs to the thread,
/// and all the memory that a cleaning takes besides its map.
constexpr size_t kPieceBytes = size_t{1} << 20;

/// Batches that cannot be read, in one cleaning; more end it.
constexpr size_t kMostUnreadable = 1000;

/// As a producer made it: not every compressed batch is decompressed when it comes (ADR 0017).
bool is_unreadable(const Error& error) {
  return error.kind == ErrorKind::malformed || error.kind == ErrorKind::too_large;
}

/// A batch whose bytes are not those that were stored ends a cleaning: what is damaged is not made
/// worse.
template <class Each>
Result<void> for_each_batch(const rt::Fragments& piece, Each each) {
  const Result<Slice> bytes = rt::gathered(piece);
  if (!bytes) return std::unexpected(bytes.error());
  record::BatchCursor batches(bytes->bytes());
  while (const auto batch = batches.next()) {
    if (!batch->crc_is_right()) {
      return fail(ErrorKind::malformed,
                  fmt::format("the batch at {} is damaged", batch->base_offset()));
    }
    const Result<bool> more = each(*batch);
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
  }
  if (batches.rest().empty()) return {};
  return fail(ErrorKind::malformed, "bytes that are no batch");
}

class Cleaning {
 public:
  Cleaning(std::shared_ptr<Replica> replica, CleaningPlan plan, CleaningBounds& bounds,
           int64_t now_ms)
      : replica_(std::move(replica)),
        plan_(std::move(plan)),
        bounds_(bounds),
        now_ms_(now_ms),
        begun_(rt::Clock::now()),
        map_(static_cast<uint64_t>(plan_.plan.dirty_end - plan_.plan.dirty_begin), bounds.map_bytes,
             bounds.secret) {}

  rt::Task<Result<cleaner::FilterCounts>> run();

 private:
  bool must_end() const { return replica_->closing() || bounds_.stopping; }
  std::unexpected<Error> ended() const { return fail(ErrorKind::closed, "cleaning was given up"); }
  /// The next whole batches from `from` on that begin below `before`; empty when there are none.
  rt::Task<Result<engine::ReadResult>> next_piece(Offset from, Offset before);
  rt::Task<Result<void>> gather_keys();
  rt::Task<Result<void>> rewrite(cleaner::Group group);
  /// How far the keys of the batch are in the map. One that cannot be read is remembered.
  Result<Offset> keys_of(record::BatchView batch);
  static Result<void> filter_piece(const rt::Fragments& piece, cleaner::BatchFilter& filter,
                                   engine::Rewrite& into);

  const std::shared_ptr<Replica> replica_;
  const CleaningPlan plan_;
  CleaningBounds& bounds_;
  const int64_t now_ms_;
  const rt::TimePoint begun_;
  uint64_t moved_bytes_ = 0;
  cleaner::OffsetMap map_;
  Offset map_end_;
  std::vector<std::pair<Offset, Offset>> unreadable_;
  std::unique_ptr<cleaner::BatchFilter> filter_;
};

Result<Offset> Cleaning::keys_of(record::BatchView batch) {
  auto until = cleaner::add_keys(batch, map_);
  if (until || !is_unreadable(until.error()) || unreadable_.size() == kMostUnreadable) return until;
  unreadable_.emplace_back(batch.base_offset(), batch.next_offset());
  return batch.next_offset();
}

rt::Task<Result<engine::ReadResult>> Cleaning::next_piece(Offset from, Offset before) {
  // As fast as log.cleaner.io.max.bytes.per.second allows, in the mean.
  const std::chrono::duration<double> due(static_cast<double>(moved_bytes_) /
                                          bounds_.bytes_per_second);
  // In steps, so that a stop need not wait for a slow cleaning.
  constexpr auto kStep = std::chrono::milliseconds(100);
  while (!must_end() && rt::Clock::now() - begun_ < due) {
    co_await rt::sleep_until(rt::Clock::now() + kStep);
  }
  if (must_end()) co_return ended();
  engine::ReadLimits limits;
  limits.max_bytes = kPieceBytes;
  limits.before = before;
  engine::Log& log = replica_->log_to_clean();
  auto piece = co_await log.read(std::max(from, log.bounds().start), limits);
  if (piece) moved_bytes_ += piece->batches.size();
  co_return piece;
}

rt::Task<Result<void>> Cleaning::gather_keys() {
  map_end_ = plan_.plan.dirty_begin;
  bool full = false;
  for (Offset from = map_end_; from < plan_.plan.dirty_end && !full;) {
    const auto piece = co_await next_piece(from, plan_.plan.dirty_end);
    if (!piece) co_return std::unexpected(piece.error());
    if (piece->batches.empty()) {
      map_end_ = plan_.plan.dirty_end;
      break;
    }
    auto add = [this, &piece, &full] {
      return for_each_batch(piece->batches, [&](record::BatchView batch) -> Result<bool> {
        const auto until = keys_of(batch);
        if (!until) return std::unexpected(until.error());
        map_end_ = std::max(map_end_, *until);
        full = *until < batch.next_offset();
        return !full;
      });
    };
    const Result<void> added = co_await bounds_.thread.run(add);
    if (!added) co_return added;
    from = piece->next;
    if (!full) map_end_ = std::max(map_end_, std::min(from, plan_.plan.dirty_end));
  }
  co_return Result<void>();
}

Result<void> Cleaning::filter_piece(const rt::Fragments& piece, cleaner::BatchFilter& filter,
                                    engine::Rewrite& into) {
  auto left = std::make_shared<std::vector<uint8_t>>();
  left->reserve(piece.size());
  const auto done = for_each_batch(piece, [&](record::BatchView batch) -> Result<bool> {
    auto filtered = filter.filter(batch);
    if (!filtered && is_unreadable(filtered.error())) {
      filter.keep(batch);
      filtered = cleaner::Filtered{.fate = cleaner::Fate::as_it_is, .changed = {}};
    }
    if (!filtered) return std::unexpected(filtered.error());
    if (filtered->fate == cleaner::Fate::gone) return true;
    const Bytes bytes =
        filtered->fate == cleaner::Fate::changed ? filtered->changed.bytes() : batch.bytes();
    left->insert(left->end(), bytes.begin(), bytes.end());
    return true;
  });
  if (!done || left->empty()) return done;
  const Bytes bytes(*left);
  return into.add(Slice(std::move(left), bytes));
}

rt::Task<Result<void>> Cleaning::rewrite(cleaner::Group group) {
  engine::Log& log = replica_->log_to_clean();
  auto begun = co_await log.rewrite(group.from, group.to);
  if (!begun) co_return std::unexpected(begun.error());
  std::unique_ptr<engine::Rewrite> into = *std::move(begun);
  const cleaner::FilterCounts before = filter_->counts();
  for (Offset from = group.from; from < group.to;) {
    const auto piece = co_await next_piece(from, group.to);
    if (!piece) co_return std::unexpected(piece.error());
    if (piece->batches.empty()) break;
    auto filter = [this, &piece, &into] { return filter_piece(piece->batches, *filter_, *into); };
    const uint64_t kept_bytes = filter_->counts().bytes_kept;
    const Result<void> filtered = co_await bounds_.thread.run(filter);
    if (!filtered) co_return filtered;
    moved_bytes_ += filter_->counts().bytes_kept - kept_bytes;
    from = piece->next;
  }
  if (must_end()) co_return ended();
  const cleaner::FilterCounts& after = filter_->counts();
  const bool is_same =
      after.batches_changed == before.batches_changed &&
      after.batches_kept - before.batches_kept == after.batches_read - before.batches_read;
  if (is_same && group.segments == 1) co_return Result<void>();
  auto finish = [&into] { return into->finish(); };
  const Result<void> finished = co_await bounds_.thread.run(finish);
  if (!finished) co_return finished;
  const Result<void> replaced = co_await log.replace(std::move(into), plan_.sealed.clean_end);
  if (replaced) replica_->rewritten(group.from, group.to);
  co_return replaced;
}

rt::Task<Result<cleaner::FilterCounts>> Cleaning::run() {
  const Result<void> gathered = co_await gather_keys();
  if (!gathered) co_return std::unexpected(gathered.error());
  const config::TopicConfig& config = replica_->config();
  cleaner::FilterTerms terms;
  terms.map_end = map_end_;
  terms.now_ms = now_ms_;
  terms.delete_retention_ms = config.delete_retention_ms;
  terms.newest_of_producer = replica_->newest_of_producers();
  if (!unreadable_.empty()) {
    log_warn("{}: {} batches cannot be read, the first at {}: they stay as they are",
             replica_->name(), unreadable_.size(), unreadable_.front().first);
  }
  terms.unreadable = std::move(unreadable_);
  filter_ = std::make_unique<cleaner::BatchFilter>(map_, std::move(terms));
  const auto groups =
      cleaner::group(plan_.sealed.segments, map_end_, static_cast<uint64_t>(config.segment_bytes));
  for (const cleaner::Group& group : groups) {
    const Result<void> rewritten = co_await rewrite(group);
    if (!rewritten) co_return std::unexpected(rewritten.error());
  }
  // Only now: had it ended before, all of it would have to be gathered again.
  const Result<void> marked = co_await replica_->log_to_clean().replace(nullptr, map_end_);
  if (!marked) co_return std::unexpected(marked.error());
  co_return filter_->counts();
}

}  // namespace

rt::Task<Result<SealedPart>> sealed_part(std::shared_ptr<Replica> replica) {
  if (replica->closing()) co_return fail(ErrorKind::closed, replica->name());
  const rt::Gate::Pass pass = replica->enter();
  const auto sealed = co_await replica->log_to_clean().sealed();
  if (!sealed) co_return std::unexpected(sealed.error());
  SealedPart part;
  part.clean_end = sealed->mark;
  for (const engine::SealedSegment& segment : sealed->segments) {
    part.segments.push_back(
        {segment.base, segment.next, segment.size_bytes, segment.max_timestamp_ms});
  }
  co_return part;
}

rt::Task<std::optional<cleaner::Segment>> active_part(std::shared_ptr<Replica> replica,
                                                      const SealedPart& sealed) {
  const rt::Gate::Pass pass = replica->enter();
  const engine::Bounds bounds = replica->log().bounds();
  cleaner::Segment active;
  active.base = sealed.segments.empty() ? bounds.start : sealed.segments.back().next;
  active.next = bounds.end;
  active.size_bytes = replica->log().size_bytes();
  for (const cleaner::Segment& segment : sealed.segments) {
    active.size_bytes -= std::min(active.size_bytes, segment.size_bytes);
  }
  if (active.base >= active.next || active.size_bytes == 0) co_return std::nullopt;
  // The largest of the whole log: whoever comes to this part has come past the others.
  const auto known = replica->largest_known_timestamp_ms();
  if (known) {
    active.max_timestamp_ms = *known;
    co_return active;
  }
  const auto asked = co_await replica->largest_timestamp();
  if (asked) active.max_timestamp_ms = asked->timestamp_ms;
  co_return active;
}

rt::Task<Result<CleaningPlan>> plan_cleaning(std::shared_ptr<Replica> replica, int64_t now_ms) {
  auto sealed = co_await sealed_part(replica);
  if (!sealed) co_return std::unexpected(std::move(sealed.error()));
  if (replica->closing()) co_return fail(ErrorKind::closed, replica->name());
  const rt::Gate::Pass pass = replica->enter();
  engine::Log& log = replica->log_to_clean();
  CleaningPlan result;
  result.sealed = *std::move(sealed);
  const config::TopicConfig& config = replica->config();
  cleaner::PlanTerms terms;
  terms.now_ms = now_ms;
  terms.clean_end = result.sealed.clean_end;
  terms.stable_end = replica->last_stable_offset();
  terms.min_lag_ms = config.min_compaction_lag_ms;
  terms.max_lag_ms = config.max_compaction_lag_ms;
  terms.min_dirty_ratio = config.min_cleanable_dirty_ratio;
  result.plan = cleaner::plan(result.sealed.segments, terms);
  const bool is_dirty = result.plan.dirty_begin < result.plan.dirty_end;
  if (is_dirty && !result.plan.due && terms.max_lag_ms != INT64_MAX) {
    engine::ReadLimits limits;
    limits.before = result.plan.dirty_end;
    const Offset from = std::max(result.plan.dirty_begin, log.bounds().start);
    const auto first = co_await log.read(from, limits);
    if (!first) co_return std::unexpected(first.error());
    const auto bytes = rt::gathered(first->batches);
    if (!bytes) co_return std::unexpected(bytes.error());
    const auto header = record::read_header(bytes->bytes());
    if (header) terms.oldest_dirty_ms = header->max_timestamp();
    result.plan = cleaner::plan(result.sealed.segments, terms);
  }
  co_return result;
}

rt::Task<Result<cleaner::FilterCounts>> clean_log(std::shared_ptr<Replica> replica,
                                                  CleaningPlan plan, CleaningBounds& bounds,
                                                  int64_t now_ms) {
  if (replica->closing()) co_return fail(ErrorKind::closed, replica->name());
  const rt::Gate::Pass pass = replica->enter();
  Cleaning cleaning(replica, std::move(plan), bounds, now_ms);
  co_return co_await cleaning.run();
}

}  // namespace kelp::broker
