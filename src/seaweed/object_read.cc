// Reading: whole objects, from the cache or their volume, checked by their CRC; what is not stored
// yet from memory.
#include <algorithm>

#include "base/crc32c.h"
#include "base/log.h"
#include "seaweed/object_partition.h"

namespace kelp::seaweed {
namespace {

/// Objects that are fetched before somebody who reads on asks for them.
constexpr size_t kReadAhead = 2;
/// Indexes of old segments that are kept: a reader needs one at a time.
constexpr size_t kIndexesKept = 4;
/// A read is tried again so often when a volume server does not answer: it may be restarting. Then
/// the client hears of it, and comes again by itself.
constexpr int kReadAttempts = 5;

/// The batches of `bytes` from the one that holds `from`; false: `each` wants no more.
bool each_batch(const Slice& bytes, Offset from,
                const std::function<bool(const record::BatchHeader&, Slice)>& each) {
  size_t position = 0;
  record::BatchCursor cursor(bytes);
  while (const auto batch = cursor.next()) {
    const size_t size = batch->size_in_bytes();
    if (batch->next_offset() > from && !each(*batch, bytes.sub(position, size))) return false;
    position += size;
  }
  return true;
}

}  // namespace

Task<Result<ObjectPartition::Objects>> ObjectPartition::objects_of(stored::Segment segment) {
  if (segment.index().empty()) {
    co_return std::make_shared<const std::vector<stored::Object>>(segment.objects().begin(),
                                                                  segment.objects().end());
  }
  if (const auto known = indexes_.find(segment.index()); known != indexes_.end()) {
    co_return known->second;
  }
  auto found =
      co_await store_->filer.get(store_->partition_path(topic_, id_.index, segment.index()));
  if (!found.has_value()) co_return std::unexpected(std::move(found.error()));
  stored::SegmentIndex index;
  if (!found->has_value() || !index.ParseFromString((*found)->content)) {
    co_return fail(ErrorKind::io, fmt::format("{}-{}: the index {} is missing or damaged", topic_,
                                              id_.index, segment.index()));
  }
  auto objects = std::make_shared<const std::vector<stored::Object>>(index.objects().begin(),
                                                                     index.objects().end());
  if (indexes_.size() >= kIndexesKept) indexes_.erase(indexes_.begin());
  indexes_[segment.index()] = objects;
  co_return objects;
}

Task<Result<Slice>> ObjectPartition::batches_of(stored::Object object) {
  const FileId file = file_of(object);
  if (auto cached = store_->cache.get(file); cached.has_value()) co_return *std::move(cached);
  if (const auto under_way = reading_.find(file); under_way != reading_.end()) {
    rt::Completion<rt::Done> read;
    under_way->second.push_back(&read);
    co_await read;
    if (auto cached = store_->cache.get(file); cached.has_value()) co_return *std::move(cached);
  }
  const bool first = reading_.try_emplace(file).second;
  Result<std::optional<Slice>> bytes;
  for (int attempt = 0; attempt < kReadAttempts; ++attempt) {
    bytes = co_await store_->volumes.read(file);
    if (bytes.has_value() || store_->stopping) break;
    co_await rt::sleep_until(rt::Clock::now() + back_off_time(attempt));
  }
  Result<Slice> batches;
  if (!bytes.has_value()) {
    batches = std::unexpected(std::move(bytes.error()));
  } else {
    auto decoded = bytes->has_value() ? decode_object(**bytes) : std::nullopt;
    if (decoded.has_value() && decoded->head.base() == object.base() &&
        decoded->head.crc() == object.crc()) {
      batches = decoded->batches;
      store_->cache.put(file, decoded->batches);
    } else {
      batches = fail(ErrorKind::io, fmt::format("{}-{}: the object {} of offset {} is {}", topic_,
                                                id_.index, file.text(), object.base(),
                                                bytes->has_value() ? "damaged" : "missing"));
    }
  }
  if (first) {
    for (auto* waiting : reading_[file]) waiting->complete(rt::Done());
    reading_.erase(file);
  }
  co_return batches;
}

Task<void> ObjectPartition::read_ahead(std::shared_ptr<ObjectPartition> self,
                                       stored::Object object) {
  const rt::Gate::Pass pass = self->gate_.enter();
  (void)co_await self->batches_of(std::move(object));
}

void ObjectPartition::read_on_behind(const std::vector<stored::Object>& objects, size_t at) {
  if (gate_.closed()) return;
  for (size_t i = at + 1; i < objects.size() && i <= at + kReadAhead; ++i) {
    const FileId file = file_of(objects[i]);
    if (reading_.contains(file) || store_->cache.get(file).has_value()) continue;
    read_ahead(shared_from_this(), objects[i]).detach();
  }
}

Task<Result<void>> ObjectPartition::walk(
    Offset from, std::function<bool(const record::BatchHeader&, Slice)> each) {
  const bool reads_on = from == read_next_;
  // By offsets, not by place: the manifest may change while an object is read.
  Offset next = from;
  while (next < stored_end_) {
    const auto& segments = manifest_.now().segments();
    const auto segment = std::ranges::find_if(
        segments, [&](const stored::Segment& one) { return one.next() > next.value(); });
    if (segment == segments.end()) break;
    const Offset segment_next(segment->next());
    auto objects = co_await objects_of(*segment);
    if (!objects.has_value()) co_return std::unexpected(std::move(objects.error()));
    const std::vector<stored::Object>& all = **objects;
    size_t at = 0;
    while (at < all.size() && all[at].next() <= next.value()) ++at;
    for (; at < all.size(); ++at) {
      if (reads_on) read_on_behind(all, at);
      const auto batches = co_await batches_of(all[at]);
      if (!batches.has_value()) co_return std::unexpected(batches.error());
      if (!each_batch(*batches, next, each)) co_return Result<void>();
      next = std::max(next, Offset(all[at].next()));
    }
    next = std::max(next, segment_next);
  }
  for (const Pending& pending : std::deque<Pending>(pending_)) {
    if (pending.chunk.last < next) continue;
    if (!each_batch(pending.chunk.batches, next, each)) break;
  }
  co_return Result<void>();
}

Task<Result<engine::ReadResult>> ObjectPartition::read(Offset from, engine::ReadLimits limits) {
  if (failed_.has_value()) co_return std::unexpected(*failed_);
  if (from < start_ || from > end_) {
    co_return fail(ErrorKind::out_of_range, fmt::format("offset {}", from));
  }
  engine::ReadResult result{.batches = {}, .first = from, .next = from};
  std::function<bool(const record::BatchHeader&, Slice)> each =
      [&](const record::BatchHeader& batch, Slice bytes) {
        if (batch.base_offset() >= limits.before) return false;
        const bool first = result.batches.empty();
        const bool fits = result.batches.size() + bytes.size() <= limits.max_bytes;
        if (!fits && !(first && limits.first_batch_always)) return false;
        if (first) result.first = batch.base_offset();
        result.batches.add(std::move(bytes));
        result.next = batch.next_offset();
        return result.batches.size() < limits.max_bytes;
      };
  auto walked = co_await walk(from, std::move(each));
  if (!walked.has_value()) co_return std::unexpected(std::move(walked.error()));
  read_next_ = result.next;
  co_return result;
}

Task<Result<std::optional<Offset>>> ObjectPartition::find_time(int64_t timestamp_ms) {
  Offset from = start_;
  for (const stored::Segment& segment : manifest_.now().segments()) {
    if (segment.max_timestamp_ms() >= timestamp_ms) break;
    from = std::max(from, Offset(segment.next()));
  }
  std::optional<Offset> found;
  std::function<bool(const record::BatchHeader&, Slice)> each =
      [&](const record::BatchHeader& batch, const Slice&) {
        if (batch.max_timestamp() < timestamp_ms) return true;
        found = batch.base_offset();
        return false;
      };
  auto walked = co_await walk(from, std::move(each));
  if (!walked.has_value()) co_return std::unexpected(std::move(walked.error()));
  co_return found;
}

Task<Result<void>> ObjectPartition::replay(Offset from,
                                           std::function<void(const record::BatchHeader&)> each) {
  std::function<bool(const record::BatchHeader&, Slice)> all =
      [&each](const record::BatchHeader& batch, const Slice&) {
        each(batch);
        return true;
      };
  co_return co_await walk(std::max(from, start_), std::move(all));
}

}  // namespace kelp::seaweed
