#include "engine/disk/disk_log.h"

#include <algorithm>

#include "base/log.h"
#include "engine/disk/start_file.h"

namespace kelp::engine::disk {
DiskLog::DiskLog(Store& store, PartitionId id, const LogOptions& options,
                 const Registered& registered, SparseIndex tail_index, bool index_on_file)
    : store_(store),
      id_(id),
      options_(options),
      directory_(std::make_shared<const std::string>(store.layout.partition(id))),
      start_(registered.state.start),
      end_(registered.state.end()),
      index_(std::move(tail_index)),
      index_on_file_(index_on_file),
      durable_(registered.state.durable),
      failed_(registered.failed),
      names_made_(registered.names_unsynced ? 1 : 0),
      alive_(std::make_shared<DiskLog*>(this)) {
  segments_.reserve(registered.state.segments.size());
  for (const SegmentInfo& info : registered.state.segments) {
    segments_.push_back(std::make_shared<Segment>(store_, directory_, info));
    size_bytes_ += info.size_bytes;
    behind_ = info.size_bytes;  // the last one's
  }
  if (is_dirty()) arm_flush_timer();
}

DiskLog::~DiskLog() {
  KELP_ASSERT(waiters_.empty(), waiters_.size());
  cancel_flush_timer();
  *alive_ = nullptr;
  settle(written_bytes_);
  write_tail_index();
  store_.registry.with_made(id_, [&](Registered& registered) {
    registered.state.start = start_;
    registered.state.durable = durable_;
    registered.state.segments.clear();
    for (const SegmentPtr& segment : segments_) registered.state.segments.push_back(segment->info);
    registered.known = true;
    registered.open = false;
    registered.failed = registered.failed || failed_;
    registered.names_unsynced = names_made_ > names_synced_;
    registered.on_disk = registered.on_disk || names_made_ > 0;
  });
}

std::string DiskLog::name() const { return fmt::format("{}-{}", id_.topic_id, id_.index); }

void DiskLog::configure(const LogOptions& options) {
  options_ = options;
  cancel_flush_timer();
  if (is_dirty()) arm_flush_timer();
}

Task<Result<Offset>> DiskLog::append(Chunk chunk, Durability durability) {
  if (const auto written = write(chunk); !written) co_return std::unexpected(written.error());
  const bool flush_due =
      options_.flush_messages > 0 && end_ - durable_.offset >= options_.flush_messages;
  if (durability == Durability::synced || flush_due) {
    const auto synced = co_await durable(chunk.last + 1);
    if (!synced) co_return std::unexpected(synced.error());
  } else if (store_.unsynced.is_full()) {
    co_await store_.unsynced.room();
  }
  co_return chunk.base;
}

Result<void> DiskLog::check_writable() {
  if (failed_) return fail(ErrorKind::io, name() + " is read-only since a failed sync");
  if (store_.closed) return fail(ErrorKind::closed, "append " + name());
  if (store_.clean_mark_removed && !store_.root_is_durable()) {
    // The first append after a clean start, within the first milliseconds: the only one that waits.
    return store_.make_root_durable();
  }
  return {};
}

Result<void> DiskLog::write(const Chunk& chunk) {
  KELP_ASSERT(chunk.base == end_ && chunk.last >= chunk.base, chunk.base, chunk.last, end_);
  Result<void> done = check_writable();
  if (done) done = make_room(chunk);
  if (!done) return done;
  const auto file = segments_.back()->file();
  if (!file) return std::unexpected(file.error());
  const uint64_t position = segments_.back()->info.size_bytes;
  done = store_.files.write(**file, position, chunk.batches);
  if (!done) {
    done.error().what += fmt::format(" {} at {}", segments_.back()->path(), position);
    // What was written of it is nobody's. If this fails too, the next append overwrites it.
    (void)store_.files.truncate(**file, position);
    return done;
  }
  account(chunk);
  return {};
}

Result<void> DiskLog::make_room(const Chunk& chunk) {
  if (!segments_.empty()) {
    const SegmentInfo& last = segments_.back()->info;
    const uint64_t size = last.size_bytes + chunk.batches.size();
    const uint64_t bound = std::min<uint64_t>(options_.segment_bytes, kMaxSegmentBytes);
    const bool fits = size <= bound && chunk.last - last.base <= kMaxSegmentOffsets;
    if (last.size_bytes == 0 || (fits && !is_over(chunk))) return {};
    seal();
  } else if (names_made_ == 0) {
    if (const auto made = store_.make_directories(id_); !made) return made;
  }
  auto fresh = std::make_shared<Segment>(store_, directory_, SegmentInfo{end_, end_});
  const auto file = fresh->file(rt::OpenMode::create);
  if (!file) return std::unexpected(file.error());
  ++names_made_;
  if (segments_.empty()) durable_ = {.offset = end_, .segment_base = end_};
  segments_.push_back(std::move(fresh));
  index_ = SparseIndex();
  index_on_file_ = false;
  begun_ms_.reset();
  since_ms_ = chunk.now_ms;
  behind_ = 0;
  return {};
}

bool DiskLog::is_over(const Chunk& chunk) {
  if (!since_ms_) since_ms_ = chunk.now_ms;
  if (options_.segment_ms <= 0) return false;
  if (!begun_ms_) {
    // After a start. If it is not in memory the next append asks again.
    const Segment& last = *segments_.back();
    const auto file = last.file();
    if (!file) return false;
    std::array<uint8_t, record::kHeaderBytes> bytes;
    const auto got = store_.files.read_cached(**file, 0, bytes);
    if (!got || !*got || **got < bytes.size()) return false;
    begun_ms_ = record::BatchHeader(bytes).max_timestamp();
  }
  const bool has_time = *begun_ms_ >= 0;
  const int64_t waited_ms =
      has_time ? chunk.max_timestamp_ms - *begun_ms_ : chunk.now_ms - *since_ms_;
  return waited_ms > options_.segment_ms;
}

void DiskLog::seal() {
  write_tail_index();
  // It goes to the disk now, so that a crash leaves one segment to scan.
  unsynced_bytes_ = std::numeric_limits<uint32_t>::max();
}

void DiskLog::write_tail_index() {
  if (!index_grew_) return;
  index_grew_ = false;
  store_.background.submit([segment = segments_.back(), info = segments_.back()->info,
                            index = std::move(index_), merge = index_on_file_]() mutable {
    if (merge) index.learn(load_older_index(*segment, info.size_bytes));
    write_index(*segment, info, index);
  });
}

void DiskLog::account(const Chunk& chunk) {
  SegmentInfo& info = segments_.back()->info;
  record::BatchCursor cursor(chunk.batches);
  uint64_t position = info.size_bytes;
  while (const auto batch = cursor.next()) {
    const IndexEntry entry{static_cast<uint32_t>(batch->base_offset() - info.base),
                           static_cast<uint32_t>(position), info.max_timestamp_ms};
    if (index_.add(entry, options_.index_interval_bytes)) index_grew_ = true;
    if (position == 0) begun_ms_ = batch->max_timestamp();
    info.max_timestamp_ms = std::max(info.max_timestamp_ms, batch->max_timestamp());
    position += batch->size_in_bytes();
  }
  KELP_ASSERT(cursor.rest().empty(), id_.index, chunk.base, cursor.rest().size());
  info.size_bytes = position;
  info.next = chunk.last + int64_t{1};
  end_ = info.next;
  size_bytes_ += chunk.batches.size();
  unsynced_bytes_ += chunk.batches.size();
  written_bytes_ += chunk.batches.size();
  store_.unsynced.written(chunk.batches.size());
  write_behind();
  arm_flush_timer();
}

Task<Result<void>> DiskLog::trim(Offset new_start) {
  const rt::Units alone = co_await trimming().take(1);
  if (new_start > end_) {
    co_return fail(ErrorKind::out_of_range, fmt::format("trim {} to {}", name(), new_start));
  }
  if (new_start <= start_) co_return Result<void>();
  if (failed_) co_return fail(ErrorKind::io, name() + " is read-only since a failed sync");
  auto write_file = [&store = store_, directory = directory_, new_start, id = id_,
                     names = names_made_ > names_synced_]() -> Result<void> {
    auto done = store.make_root_durable();
    if (done) done = write_start(store.files, *directory, new_start);
    if (done && names) done = store.sync_names(id);
    return done;
  };
  const auto written = co_await store_.readers.run(write_file);
  if (!written) co_return written;
  start_ = new_start;
  const std::vector<SegmentPtr> removed = take_below_start();
  if (removed.empty()) co_return Result<void>();
  // Who trims may want the space: it is there when this returns.
  auto remove = [&removed] {
    for (const SegmentPtr& segment : removed) segment->remove();
    return true;
  };
  co_await store_.background.run(remove);
  co_return Result<void>();
}

std::vector<DiskLog::SegmentPtr> DiskLog::take_below_start() {
  std::vector<SegmentPtr> removed;
  const auto kept = std::ranges::find_if(
      segments_, [&](const SegmentPtr& segment) { return segment->info.next > start_; });
  removed.assign(segments_.begin(), kept);
  segments_.erase(segments_.begin(), kept);
  if (removed.empty()) return removed;
  for (const SegmentPtr& segment : removed) size_bytes_ -= segment->info.size_bytes;
  if (segments_.empty()) {
    // The start file alone says now where the log goes on.
    durable_ = {.offset = end_, .segment_base = end_};
    settle(written_bytes_);
    index_ = SparseIndex();
    index_on_file_ = index_grew_ = false;
  } else if (const SegmentInfo& first = segments_.front()->info; durable_.offset < first.base) {
    durable_ = {.offset = first.base, .segment_base = first.base};
  }
  store_.registry.with_made(id_, [&](Registered& registered) {
    registered.state.durable = durable_;
    registered.state.start = start_;
  });
  wake_waiters(Result<void>());
  return removed;
}

}  // namespace kelp::engine::disk
