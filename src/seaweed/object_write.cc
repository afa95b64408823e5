// Writing: chunks are gathered to an object while the one before is under way.
#include <algorithm>

#include "base/log.h"
#include "seaweed/object_partition.h"

namespace kelp::seaweed {
void add_object(stored::Manifest& manifest, const NewObject& object, const FileId& file) {
  if (manifest.segments().empty() || object.head.begins_segment()) {
    stored::Segment& segment = *manifest.add_segments();
    segment.set_base(object.head.base());
    segment.set_max_timestamp_ms(-1);
    segment.set_begun_ms(object.begun_ms);
  }
  stored::Segment& segment = *manifest.mutable_segments(manifest.segments_size() - 1);
  *segment.add_objects() = listed(object, file);
  segment.set_next(object.head.next());
  segment.set_size_bytes(segment.size_bytes() + object.head.size_bytes());
  segment.set_max_timestamp_ms(
      std::max(segment.max_timestamp_ms(), object.head.max_timestamp_ms()));
  manifest.set_end(object.head.next());
}

ObjectPartition::ObjectPartition(std::shared_ptr<Store> store, engine::PartitionId id,
                                 const engine::LogOptions& options)
    : store_(std::move(store)),
      id_(id),
      topic_(id.topic_id.text()),
      options_(options),
      manifest_(store_, store_->partition_path(topic_, id.index, "manifest")) {}

Task<Result<void>> ObjectPartition::open() {
  std::function<Task<Result<void>>(stored::Manifest&)> recovering =
      [this](stored::Manifest& manifest) { return recover(manifest); };
  auto taken = co_await manifest_.take_over(std::move(recovering));
  if (!taken.has_value()) co_return taken;
  take_bounds();
  end_ = stored_end_;
  const stored::Manifest& now = manifest_.now();
  if (!now.segments().empty()) {
    const stored::Segment& last = now.segments(now.segments_size() - 1);
    has_segment_ = true;
    segment_bytes_ = last.size_bytes();
    segment_begun_ms_ = last.begun_ms();
  }
  arm_collection();
  co_return taken;
}

void ObjectPartition::take_bounds() {
  const stored::Manifest& now = manifest_.now();
  start_ = Offset(now.start());
  stored_end_ = Offset(now.end());
  stored_bytes_ = 0;
  for (const stored::Segment& segment : now.segments()) stored_bytes_ += segment.size_bytes();
}

void ObjectPartition::begin_segment_if_due(Pending& pending) {
  const size_t size = pending.chunk.batches.size();
  const int64_t time_ms = pending.chunk.max_timestamp_ms;
  if (!segment_since_ms_.has_value()) segment_since_ms_ = pending.chunk.now_ms;
  const int64_t waited_ms = segment_begun_ms_ >= 0 ? time_ms - segment_begun_ms_
                                                   : pending.chunk.now_ms - *segment_since_ms_;
  const bool full = segment_bytes_ + size > options_.segment_bytes;
  const bool old = options_.segment_ms > 0 && waited_ms > options_.segment_ms;
  if (!has_segment_ || full || old) {
    pending.begins_segment = true;
    has_segment_ = true;
    segment_bytes_ = 0;
    segment_begun_ms_ = time_ms;
    segment_since_ms_ = pending.chunk.now_ms;
  }
  segment_bytes_ += size;
}

Task<Result<Offset>> ObjectPartition::append(engine::Chunk chunk, engine::Durability durability) {
  KELP_ASSERT(chunk.base == end_, chunk.base, end_);
  if (failed_.has_value()) co_return std::unexpected(*failed_);
  if (gate_.closed()) co_return fail(ErrorKind::closed, topic_);
  const size_t size = chunk.batches.size();
  if (store_->pending_bytes.fetch_add(size) + size > kMaxPendingBytes) {
    store_->pending_bytes -= size;
    co_return fail(
        ErrorKind::exhausted,
        fmt::format("{}-{}: the cluster takes less than is produced", topic_, id_.index));
  }
  const Offset base = chunk.base;
  const Offset upto = chunk.last + int64_t{1};
  Pending pending{.chunk = std::move(chunk)};
  begin_segment_if_due(pending);
  pending_.push_back(std::move(pending));
  pending_bytes_ += size;
  end_ = upto;
  start_writing();
  if (durability == engine::Durability::accepted) co_return base;
  const auto stored = co_await wait_until_stored(upto);
  if (!stored.has_value()) co_return std::unexpected(stored.error());
  co_return base;
}

Task<Result<void>> ObjectPartition::wait_until_stored(Offset upto) {
  if (upto <= stored_end_) co_return Result<void>();
  if (failed_.has_value()) co_return std::unexpected(*failed_);
  Flushing self{.upto = upto};
  flushing_.push_back(&self);
  co_return co_await self.done;
}

Task<Result<void>> ObjectPartition::flush() { return wait_until_stored(end_); }

void ObjectPartition::start_writing() {
  if (writing_) return;
  writing_ = true;
  // At the end of the turn: what other connections bring in it goes along.
  rt::Shard::current().at_end_of_turn([self = shared_from_this()] { write_loop(self).detach(); });
}

Task<void> ObjectPartition::write_loop(std::shared_ptr<ObjectPartition> self) {
  const rt::Gate::Pass pass = self->gate_.enter();
  while (!self->pending_.empty()) {
    const auto written = co_await self->write_one();
    if (!written.has_value()) {
      self->fail_all(written.error());
      break;
    }
  }
  self->writing_ = false;
}

Task<Result<void>> ObjectPartition::write_one() {
  NewObject object = gathered();
  auto file = co_await write_object(object);
  if (!file.has_value()) co_return std::unexpected(std::move(file.error()));
  auto named = co_await name_in_manifest(object, *file);
  if (!named.has_value()) co_return named;
  store_->cache.put(*file, object.batches);
  on_stored(Offset(object.head.next()));
  tidy_if_due();
  co_return named;
}

NewObject ObjectPartition::gathered() {
  const Pending& first = pending_.front();
  NewObject object;
  object.begun_ms = first.chunk.max_timestamp_ms;
  set_partition(object.head, id_);
  object.head.set_epoch(manifest_.now().epoch());
  object.head.set_base(first.chunk.base.value());
  object.head.set_begins_segment(first.begins_segment);
  size_t bytes = 0;
  int64_t max_timestamp_ms = -1;
  for (const Pending& pending : pending_) {
    const Slice& batches = pending.chunk.batches;
    if (!object.parts.empty() && pending.begins_segment) break;
    if (!object.parts.empty() && bytes + batches.size() > kObjectBytes) break;
    bytes += batches.size();
    max_timestamp_ms = std::max(max_timestamp_ms, pending.chunk.max_timestamp_ms);
    object.head.set_next(pending.chunk.last.value() + 1);
    object.parts.push_back(batches);
  }
  object.head.set_max_timestamp_ms(max_timestamp_ms);
  return object;
}

Task<Result<FileId>> ObjectPartition::write_object(NewObject& object) {
  for (int attempt = 0;; ++attempt) {
    if (store_->stopping) co_return fail(ErrorKind::closed, topic_);
    Result<void> done = co_await make_room_in_run();
    if (done.has_value()) {
      const FileId file = file_of(*run_, used_files_);
      *object.head.mutable_next_files() = *next_run_;
      const Slice whole = encode_object(object);
      done = co_await store_->volumes.write(file, whole, true);
      if (done.has_value()) {
        ++used_files_;
        co_return file;
      }
    }
    if (done.error().kind == ErrorKind::fenced || done.error().kind == ErrorKind::closed) {
      co_return std::unexpected(std::move(done.error()));
    }
    log_warn("{}-{}: {}: once more", topic_, id_.index, done.error().text());
    const ErrorKind kind = done.error().kind;
    const bool hopeless = kind == ErrorKind::no_space || kind == ErrorKind::conflict;
    if (run_.has_value() && (hopeless || attempt % kVolumeAttempts == kVolumeAttempts - 1)) {
      const auto switched = co_await switch_run();
      if (!switched.has_value()) log_warn("{}-{}: {}", topic_, id_.index, switched.error().text());
    }
    co_await rt::sleep_until(rt::Clock::now() + back_off_time(attempt));
  }
}

Task<Result<stored::FileIds>> ObjectPartition::assign_run() {
  const auto assigned = co_await store_->filer.assign(kRunFiles);
  if (!assigned.has_value()) co_return std::unexpected(assigned.error());
  auto run = run_of(*assigned);
  if (run.has_value() && assigned->has_location()) {
    store_->volumes.learn(run->volume(), assigned->location().url());
  }
  co_return run;
}

/// The first object of an owner goes to a run of its own, and the last run before gets the word of
/// it; from then on each object names the run that comes behind its own.
Task<Result<void>> ObjectPartition::make_room_in_run() {
  if (!run_.has_value()) {
    auto run = co_await assign_run();
    if (!run.has_value()) co_return std::unexpected(std::move(run.error()));
    if (manifest_.now().has_files()) {
      stored::Successor successor;
      stored::ObjectHead head;
      set_partition(head, id_);
      successor.set_topic_id(head.topic_id());
      successor.set_partition(head.partition());
      successor.set_epoch(manifest_.now().epoch());
      successor.set_base(stored_end_.value());
      *successor.mutable_files() = *run;
      const Slice word = encode_successor(successor);
      const FileId file = successor_file(manifest_.now().files());
      auto told = co_await store_->volumes.write(file, word, true);
      if (!told.has_value()) co_return told;
    }
    run_ = *std::move(run);
    used_files_ = 0;
  }
  if (!next_run_.has_value()) {
    auto next = co_await assign_run();
    if (!next.has_value()) co_return std::unexpected(std::move(next.error()));
    next_run_ = *std::move(next);
  }
  if (used_files_ < run_->count() - 1) co_return Result<void>();
  co_return co_await switch_run();
}

Task<Result<void>> ObjectPartition::switch_run() {
  if (!next_run_.has_value()) {
    auto next = co_await assign_run();
    if (!next.has_value()) co_return std::unexpected(std::move(next.error()));
    next_run_ = *std::move(next);
  }
  auto behind = co_await assign_run();
  if (!behind.has_value()) co_return std::unexpected(std::move(behind.error()));
  run_ = std::exchange(next_run_, *std::move(behind));
  used_files_ = 0;
  co_return Result<void>();
}

Task<Result<void>> ObjectPartition::name_in_manifest(const NewObject& object, const FileId& file) {
  const stored::FileIds run = *run_;
  const stored::FileIds next = *next_run_;
  const uint32_t used = used_files_;
  const int64_t now_ms = rt::wall_clock_ms();
  ManifestChange change = [&object, file, run, next, used, now_ms](stored::Manifest& manifest) {
    const bool other_run = manifest.has_files() && manifest.files().first_key() != run.first_key();
    if (other_run && manifest.used_files() < manifest.files().count()) {
      // What is left of a run: tried, perhaps written, never named; and the word to its successor.
      stored::FileIds rest = manifest.files();
      rest.set_first_key(rest.first_key() + manifest.used_files());
      rest.set_count(rest.count() - manifest.used_files());
      add_garbage(manifest, rest, now_ms);
    }
    *manifest.mutable_files() = run;
    *manifest.mutable_next_files() = next;
    manifest.set_used_files(used);
    add_object(manifest, object, file);
    return Result<void>();
  };
  co_return co_await manifest_.change(std::move(change));
}

void ObjectPartition::on_stored(Offset upto) {
  while (!pending_.empty() && pending_.front().chunk.base < upto) {
    const size_t size = pending_.front().chunk.batches.size();
    pending_bytes_ -= size;
    store_->pending_bytes -= size;
    pending_.pop_front();
  }
  take_bounds();
  if (told_) told_();
  while (!flushing_.empty() && flushing_.front()->upto <= stored_end_) {
    Flushing* first = flushing_.front();
    flushing_.pop_front();
    first->done.complete(Result<void>());
  }
}

void ObjectPartition::fail_all(const Error& error) {
  failed_ = error;
  for (const Pending& pending : pending_) store_->pending_bytes -= pending.chunk.batches.size();
  pending_bytes_ = 0;
  pending_.clear();
  for (Flushing* one : std::exchange(flushing_, {})) {
    one->done.complete(std::unexpected(error));
  }
  if (told_) told_();
}

Task<void> ObjectPartition::finish() {
  told_ = nullptr;
  (void)co_await flush();
  if (collection_.has_value()) rt::Shard::current().cancel(*collection_);
  collection_.reset();
  co_await gate_.close();
}

}  // namespace kelp::seaweed
