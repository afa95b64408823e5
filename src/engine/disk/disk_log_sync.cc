// How a DiskLog's appends become durable. One sync in the foreground at a time: who comes while it
// runs shares the next one. Syncs that nobody waits for have a lane of their own, so that they
// never stand in the way.
#include "base/log.h"
#include "engine/disk/disk_log.h"

namespace kelp::engine::disk {
namespace {

/// What a crash of the process makes recovery scan at most, per log: a fraction of a second. Also
/// keeps a later sync short.
constexpr uint64_t kBackgroundSyncBytes = uint64_t{64} << 20;
/// Written and never asked for: the kernel writes it back after 30 s anyway (dirty_expire), so that
/// this costs little, and moves the recovery point.
constexpr auto kBackgroundSyncDelay = std::chrono::seconds(30);

/// A log that is written fast sends so much to the disk at a time, long before a sync asks for it:
/// the sync of another log waits behind less (ADR 0018).
constexpr uint64_t kWriteBehindBytes = uint64_t{8} << 20;

}  // namespace

struct DiskLog::SyncJob {
  std::vector<std::shared_ptr<Segment>> segments;
  RecoveryPoint target;
  PartitionId id;
  uint64_t written_bytes = 0;
  uint64_t names = 0;
  bool sync_names = false;

  Result<void> run(Store& store) const {
    Result<void> done = store.make_root_durable();
    for (const auto& segment : segments) {
      if (!done) break;
      const auto file = segment->file();
      if (!file && segment->removed()) continue;
      done = file ? store.files.sync(**file) : std::unexpected(file.error());
      if (!done) done.error().what += " " + segment->path();
    }
    if (done && sync_names) done = store.sync_names(id);
    return done;
  }

  void note(Store& store, const Result<void>& done) const {
    store.registry.with(id, [&](Registered* registered) {
      if (registered == nullptr) return;
      RecoveryPoint& durable = registered->state.durable;
      if (!done) registered->failed = true;
      if (done && target.offset > durable.offset) durable = target;
    });
  }
};

bool DiskLog::is_dirty() const { return durable_.offset < end_ || names_synced_ < names_made_; }

/// What waits for the one thread is bounded by UnsyncedBytes.
void DiskLog::write_behind() {
  const uint64_t end = segments_.back()->info.size_bytes;
  if (end < behind_ + kWriteBehindBytes) return;
  const uint64_t from = std::exchange(behind_, end);
  store_.writers.submit([segment = segments_.back(), from, size = end - from] {
    if (segment->removed()) return;
    const auto file = segment->file();
    if (file) segment->store().files.begin_write(**file, from, size);
  });
}

Task<Result<void>> DiskLog::sync() { return durable(end_); }

Task<Result<void>> DiskLog::durable(Offset until) {
  if (failed_) co_return fail(ErrorKind::io, name() + " is read-only since a failed sync");
  if (durable_.offset >= until && names_synced_ == names_made_) co_return Result<void>();
  Waiter self{.until = until, .names = names_made_};
  waiters_.push_back(&self);
  schedule_sync();
  co_return co_await self.done;
}

void DiskLog::schedule_sync() {
  if (sync_scheduled_ || syncing_[kForeground]) return;
  sync_scheduled_ = true;
  // At the end of the turn: all appends of this turn share it.
  rt::Shard::current().at_end_of_turn([alive = alive_] {
    if (*alive == nullptr) return;
    (*alive)->sync_scheduled_ = false;
    if (!(*alive)->waiters_.empty()) (*alive)->begin_sync(kForeground);
  });
}

void DiskLog::begin_sync(Lane lane) {
  if (syncing_[lane] || failed_) return;
  const auto job = std::make_shared<SyncJob>(SyncJob{.id = id_,
                                                     .written_bytes = written_bytes_,
                                                     .names = names_made_,
                                                     .sync_names = names_synced_ < names_made_});
  for (const SegmentPtr& segment : segments_) {
    if (segment->info.base >= durable_.segment_base) job->segments.push_back(segment);
  }
  job->target = {.offset = end_, .segment_base = end_};
  if (!segments_.empty()) {
    const SegmentInfo& last = segments_.back()->info;
    job->target = {end_, last.base, last.size_bytes, last.max_timestamp_ms};
  }
  syncing_[lane] = true;
  unsynced_bytes_ = 0;
  auto finish = [job, lane, alive = alive_, &store = store_,
                 &home = rt::Shard::current()](Result<void> done) {
    job->note(store, done);
    job->segments.clear();  // the answer may be looked at when the engine is gone
    home.post([job, lane, alive, done = std::move(done)] {
      if (*alive != nullptr) (*alive)->end_sync(lane, *job, done);
    });
  };
  auto run = [job, &store = store_] { return job->run(store); };
  if (lane == kForeground) {
    store_.syncers.submit([run, finish] { finish(run()); });
  } else {
    store_.background_syncs.add({.sync = run, .done = finish});
  }
}

void DiskLog::settle(uint64_t until_bytes) {
  if (until_bytes <= settled_bytes_) return;
  store_.unsynced.settled(until_bytes - settled_bytes_);
  settled_bytes_ = until_bytes;
}

void DiskLog::end_sync(Lane lane, const SyncJob& job, const Result<void>& done) {
  syncing_[lane] = false;
  if (!done) {
    if (!failed_) {
      log_error("{}: {}. It is read-only from now on: what was not synced may be lost", name(),
                done.error().text());
    }
    failed_ = true;
    cancel_flush_timer();
    settle(written_bytes_);
    wake_waiters(done);
    return;
  }
  settle(job.written_bytes);
  if (job.target.offset > durable_.offset) durable_ = job.target;
  if (job.sync_names) names_synced_ = std::max(names_synced_, job.names);
  store_.point_moved();
  wake_waiters(done);
  if (is_dirty()) {
    arm_flush_timer();
  } else {
    cancel_flush_timer();
  }
  if (!waiters_.empty()) begin_sync(kForeground);
}

void DiskLog::wake_waiters(const Result<void>& done) {
  const auto is_answered = [&](const Waiter& waiter) {
    return !done || (waiter.until <= durable_.offset && waiter.names <= names_synced_);
  };
  while (!waiters_.empty() && is_answered(*waiters_.front())) {
    Waiter* first = waiters_.front();
    waiters_.pop_front();
    first->done.complete(done);
  }
}

void DiskLog::arm_flush_timer() {
  if (unsynced_bytes_ >= kBackgroundSyncBytes || store_.unsynced.flush_is_due()) {
    begin_sync(kBackground);
  }
  if (flush_timer_ || failed_) return;
  rt::Duration delay = kBackgroundSyncDelay;
  if (options_.flush_ms > 0) {
    delay = std::min<rt::Duration>(delay, std::chrono::milliseconds(options_.flush_ms));
  }
  flush_timer_ = rt::Shard::current().call_at(rt::Clock::now() + delay, [alive = alive_] {
    if (*alive == nullptr) return;
    (*alive)->flush_timer_.reset();
    if ((*alive)->is_dirty()) (*alive)->begin_sync(kBackground);
  });
}

void DiskLog::cancel_flush_timer() {
  if (flush_timer_ && rt::Shard::has_current())
    rt::Shard::current().cancel(*std::exchange(flush_timer_, std::nullopt));
}

}  // namespace kelp::engine::disk
