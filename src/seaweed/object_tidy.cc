// What is done beside the writing: trimming, rewriting, merging of small objects, indexes of their
// own for long segments, and deleting what no manifest names any more.
#include <algorithm>
#include <cstring>

#include "base/log.h"
#include "seaweed/object_partition.h"
#include "seaweed/object_rewrite.h"

namespace kelp::seaweed {
namespace {

/// So many neighbours of one size class become one object: a segment then has few of them, and
/// each byte is written again at most as often as there are classes, and some.
constexpr int kMergeObjects = 32;
constexpr uint32_t kSizeClasses[] = {16u << 10, 256u << 10};
/// The least time between two looks at the garbage.
constexpr std::chrono::milliseconds kCollectAtLeast{200};
/// Files that one collection deletes before the manifest forgets them.
constexpr uint32_t kDeletedAtOnce = 1024;

/// Files that go within so long become one entry of the garbage.
constexpr int64_t kGarbageRoundMs = 1000;

int size_class(const stored::Object& object) {
  for (int i = 0; i < static_cast<int>(std::size(kSizeClasses)); ++i) {
    if (object.size_bytes() < kSizeClasses[i]) return i;
  }
  return -1;
}

/// Objects of a segment that should be one: first and how many.
struct Mergeable {
  int first = 0, count = 0;
};
std::optional<Mergeable> mergeable(const stored::Segment& segment) {
  Mergeable run;
  uint64_t bytes = 0;
  for (int i = 0; i < segment.objects_size(); ++i) {
    const stored::Object& object = segment.objects(i);
    const bool joins = run.count > 0 && size_class(object) >= 0 &&
                       size_class(object) == size_class(segment.objects(run.first)) &&
                       bytes + object.size_bytes() <= kObjectBytes;
    if (!joins) {
      run = {i, size_class(object) >= 0 ? 1 : 0};
      bytes = object.size_bytes();
      continue;
    }
    bytes += object.size_bytes();
    if (++run.count == kMergeObjects) return run;
  }
  return std::nullopt;
}

/// Where segments begin and end is told by the bases of them.
bool are_sealed(const stored::Manifest& manifest, Offset from, Offset to) {
  bool has_from = false, has_to = false;
  for (int i = 0; i < manifest.segments_size(); ++i) {
    has_to = has_to || (i > 0 && manifest.segments(i).base() == to.value());
    if (i + 1 < manifest.segments_size()) {
      has_from = has_from || manifest.segments(i).base() == from.value();
    }
  }
  return from < to && has_from && has_to;
}

}  // namespace

void add_garbage(stored::Manifest& manifest, const stored::FileIds& files, int64_t now_ms) {
  if (files.count() == 0) return;
  // Rounded up, so that neighbours that go one after the other still become one entry.
  const int64_t since_ms = (now_ms / kGarbageRoundMs + 1) * kGarbageRoundMs;
  if (!manifest.garbage().empty()) {
    stored::Garbage& last = *manifest.mutable_garbage(manifest.garbage_size() - 1);
    const stored::FileIds& before = last.files();
    if (last.index().empty() && last.since_ms() == since_ms && before.volume() == files.volume() &&
        before.cookie() == files.cookie() &&
        before.first_key() + before.count() == files.first_key()) {
      last.mutable_files()->set_count(before.count() + files.count());
      return;
    }
  }
  stored::Garbage& garbage = *manifest.add_garbage();
  *garbage.mutable_files() = files;
  garbage.set_since_ms(since_ms);
}

void add_garbage(stored::Manifest& manifest, const stored::Object& object, int64_t now_ms) {
  stored::FileIds file;
  file.set_volume(object.volume());
  file.set_first_key(object.key());
  file.set_cookie(object.cookie());
  file.set_count(1);
  add_garbage(manifest, file, now_ms);
}

void add_garbage(stored::Manifest& manifest, const stored::Segment& segment, int64_t now_ms) {
  for (const stored::Object& object : segment.objects()) add_garbage(manifest, object, now_ms);
  if (segment.index().empty()) return;
  stored::Garbage& garbage = *manifest.add_garbage();
  garbage.set_index(segment.index());
  garbage.set_since_ms(now_ms);
}

Task<Result<void>> ObjectPartition::trim(Offset new_start) {
  if (new_start > end_)
    co_return fail(ErrorKind::out_of_range, fmt::format("trim to {}", new_start));
  if (new_start <= start_) co_return Result<void>();
  auto stored = co_await flush();
  if (!stored.has_value()) co_return stored;
  const int64_t now_ms = rt::wall_clock_ms();
  ManifestChange change = [new_start, now_ms](stored::Manifest& manifest) {
    manifest.set_start(std::max(manifest.start(), new_start.value()));
    int gone = 0;
    for (const stored::Segment& segment : manifest.segments()) {
      if (segment.next() > manifest.start()) break;
      add_garbage(manifest, segment, now_ms);
      ++gone;
    }
    manifest.mutable_segments()->DeleteSubrange(0, gone);
    return Result<void>();
  };
  auto trimmed = co_await manifest_.change(std::move(change));
  if (!trimmed.has_value()) co_return trimmed;
  take_bounds();
  if (manifest_.now().segments().empty() && pending_.empty()) has_segment_ = false;
  arm_collection();
  co_return trimmed;
}

Task<Result<engine::Sealed>> ObjectPartition::sealed() {
  const stored::Manifest& now = manifest_.now();
  engine::Sealed result{.segments = {}, .mark = Offset(now.mark())};
  for (int i = 0; i + 1 < now.segments_size(); ++i) {
    const stored::Segment& segment = now.segments(i);
    result.segments.push_back({Offset(segment.base()), Offset(segment.next()), segment.size_bytes(),
                               segment.max_timestamp_ms()});
  }
  co_return result;
}

Task<Result<std::unique_ptr<engine::Rewrite>>> ObjectPartition::rewrite(Offset from, Offset to) {
  if (failed_.has_value()) co_return std::unexpected(*failed_);
  if (!are_sealed(manifest_.now(), from, to)) {
    co_return fail(ErrorKind::conflict, "no such segments");
  }
  co_return std::make_unique<ObjectRewrite>(store_, id_, from, to);
}

Task<Result<void>> ObjectPartition::replace(std::unique_ptr<engine::Rewrite> by, Offset mark) {
  auto* rewrite = static_cast<ObjectRewrite*>(by.get());
  const int64_t now_ms = rt::wall_clock_ms();
  ManifestChange change = [rewrite, mark, now_ms](stored::Manifest& manifest) -> Result<void> {
    manifest.set_mark(mark.value());
    if (rewrite == nullptr) return {};
    if (!are_sealed(manifest, rewrite->from(), rewrite->to())) {
      return fail(ErrorKind::conflict, "trimmed");
    }
    google::protobuf::RepeatedPtrField<stored::Segment> segments;
    bool placed = false;
    for (const stored::Segment& segment : manifest.segments()) {
      if (segment.base() < rewrite->from().value() || segment.base() >= rewrite->to().value()) {
        *segments.Add() = segment;
        continue;
      }
      add_garbage(manifest, segment, now_ms);
      if (!std::exchange(placed, true)) *segments.Add() = rewrite->segment();
    }
    manifest.mutable_segments()->Swap(&segments);
    return {};
  };
  auto replaced = co_await manifest_.change(std::move(change));
  if (!replaced.has_value()) co_return replaced;
  if (rewrite != nullptr) rewrite->keep();
  take_bounds();
  arm_collection();
  co_return replaced;
}

void ObjectPartition::tidy_if_due() {
  if (tidying_ || gate_.closed() || store_->stopping) return;
  const stored::Manifest& now = manifest_.now();
  bool due = false;
  for (int i = 0; i < now.segments_size() && !due; ++i) {
    const bool is_sealed = i + 1 < now.segments_size();
    due = mergeable(now.segments(i)).has_value() ||
          (is_sealed && now.segments(i).objects_size() > kListedInManifest);
  }
  if (!due) return;
  tidying_ = true;
  tidy(shared_from_this()).detach();
}

Task<void> ObjectPartition::tidy(std::shared_ptr<ObjectPartition> self) {
  const rt::Gate::Pass pass = self->gate_.enter();
  for (;;) {
    if (self->gate_.closed() || self->store_->stopping) break;
    auto merged = co_await self->merge_some();
    if (!merged.has_value()) {
      log_warn("{}-{}: merging: {}", self->topic_, self->id_.index, merged.error().text());
      break;
    }
    if (*merged) continue;
    auto indexed = co_await self->index_some();
    if (!indexed.has_value()) {
      log_warn("{}-{}: indexing: {}", self->topic_, self->id_.index, indexed.error().text());
      break;
    }
    if (!*indexed) break;
  }
  self->tidying_ = false;
  if (!self->gate_.closed()) self->arm_collection();
}

Task<Result<bool>> ObjectPartition::merge_some() {
  std::vector<stored::Object> parts;
  for (const stored::Segment& segment : manifest_.now().segments()) {
    const auto run = mergeable(segment);
    if (!run.has_value()) continue;
    parts.assign(segment.objects().begin() + run->first,
                 segment.objects().begin() + run->first + run->count);
    break;
  }
  if (parts.empty()) co_return false;
  NewObject merged;
  set_partition(merged.head, id_);
  merged.head.set_base(parts.front().base());
  merged.head.set_next(parts.back().next());
  int64_t max_timestamp_ms = -1;
  for (const stored::Object& part : parts) {
    const auto batches = co_await batches_of(part);
    if (!batches.has_value()) co_return std::unexpected(batches.error());
    merged.parts.push_back(*batches);
    max_timestamp_ms = std::max(max_timestamp_ms, part.max_timestamp_ms());
  }
  merged.head.set_max_timestamp_ms(max_timestamp_ms);
  if (!merge_run_.has_value() || used_merge_files_ == merge_run_->count()) {
    auto run = co_await assign_run();
    if (!run.has_value()) co_return std::unexpected(std::move(run.error()));
    merge_run_ = *std::move(run);
    used_merge_files_ = 0;
  }
  const FileId file = file_of(*merge_run_, used_merge_files_++);
  const Slice whole = encode_object(merged);
  const auto written = co_await store_->volumes.write(file, whole, true);
  if (!written.has_value()) {
    merge_run_.reset();
    co_return std::unexpected(written.error());
  }
  const stored::Object by = listed(merged, file);
  const int64_t now_ms = rt::wall_clock_ms();
  ManifestChange change = [&parts, &by, now_ms](stored::Manifest& manifest) -> Result<void> {
    for (stored::Segment& segment : *manifest.mutable_segments()) {
      const auto& objects = segment.objects();
      const auto first = std::ranges::find_if(objects, [&](const stored::Object& one) {
        return file_of(one) == file_of(parts.front());
      });
      if (first == objects.end()) continue;
      const int at = static_cast<int>(first - objects.begin());
      const int count = static_cast<int>(parts.size());
      // They go together or not at all: nothing takes one out of the middle.
      for (const stored::Object& part : parts) add_garbage(manifest, part, now_ms);
      *segment.mutable_objects(at) = by;
      segment.mutable_objects()->DeleteSubrange(at + 1, count - 1);
      return {};
    }
    return fail(ErrorKind::conflict, "the segment was trimmed or rewritten");
  };
  const auto changed = co_await manifest_.change(std::move(change));
  if (changed.has_value()) {
    store_->cache.put(file, merged.batches);
    co_return true;
  }
  if (changed.error().kind != ErrorKind::conflict) co_return std::unexpected(changed.error());
  (void)co_await store_->volumes.remove(file);
  co_return true;
}

Task<Result<bool>> ObjectPartition::index_some() {
  stored::Segment segment;
  const stored::Manifest& now = manifest_.now();
  for (int i = 0; i + 1 < now.segments_size(); ++i) {
    if (now.segments(i).objects_size() <= kListedInManifest) continue;
    segment = now.segments(i);
    break;
  }
  if (segment.objects().empty()) co_return false;
  const std::string name = fmt::format("segment-{:020d}-{}", segment.base(), Uuid::random().text());
  stored::SegmentIndex index;
  *index.mutable_objects() = segment.objects();
  StoredEntry entry{index.SerializeAsString(), ""};
  auto path = store_->partition_path(topic_, id_.index, name);
  auto put = co_await store_->filer.put(path, std::move(entry));
  if (!put.has_value()) co_return std::unexpected(std::move(put.error()));
  const std::string was = segment.SerializeAsString();
  ManifestChange change = [&name, &segment, &was](stored::Manifest& manifest) -> Result<void> {
    for (stored::Segment& one : *manifest.mutable_segments()) {
      if (one.base() != segment.base() || one.SerializeAsString() != was) continue;
      one.clear_objects();
      one.set_index(name);
      return {};
    }
    return fail(ErrorKind::conflict, "the segment was trimmed or rewritten");
  };
  const auto changed = co_await manifest_.change(std::move(change));
  if (changed.has_value()) co_return true;
  if (changed.error().kind != ErrorKind::conflict) co_return std::unexpected(changed.error());
  (void)co_await store_->filer.remove(path);
  co_return true;
}

void ObjectPartition::arm_collection() {
  if (collection_.has_value() || gate_.closed() || manifest_.now().garbage().empty()) return;
  const int64_t due_ms = manifest_.now().garbage(0).since_ms() + store_->options().delete_delay_ms;
  const auto wait = std::max<rt::Duration>(kCollectAtLeast,
                                           std::chrono::milliseconds(due_ms - rt::wall_clock_ms()));
  collection_ = rt::Shard::current().call_at(
      rt::Clock::now() + wait, [self = shared_from_this()] { collect(self).detach(); });
}

Task<void> ObjectPartition::collect(std::shared_ptr<ObjectPartition> self) {
  self->collection_.reset();
  if (self->gate_.closed() || self->store_->stopping || self->failed_.has_value()) co_return;
  const rt::Gate::Pass pass = self->gate_.enter();
  const int64_t before_ms = rt::wall_clock_ms() - self->store_->options().delete_delay_ms;
  std::vector<stored::Garbage> due;
  uint32_t files = 0;
  for (const stored::Garbage& garbage : self->manifest_.now().garbage()) {
    if (garbage.since_ms() > before_ms || files > kDeletedAtOnce) break;
    due.push_back(garbage);
    files += garbage.files().count();
  }
  bool all_gone = true;
  for (const stored::Garbage& garbage : due) {
    std::vector<FileId> gone;
    if (garbage.index().empty()) {
      for (uint32_t i = 0; i < garbage.files().count(); ++i) {
        gone.push_back(file_of(garbage.files(), i));
      }
    } else {
      stored::Segment segment;
      segment.set_index(garbage.index());
      const auto objects = co_await self->objects_of(segment);
      if (objects.has_value()) {
        for (const stored::Object& object : **objects) gone.push_back(file_of(object));
      }
    }
    for (const FileId& file : gone) {
      const auto removed = co_await self->store_->volumes.remove(file);
      all_gone = all_gone && removed.has_value();
    }
    if (!garbage.index().empty()) {
      auto path = self->store_->partition_path(self->topic_, self->id_.index, garbage.index());
      const auto removed = co_await self->store_->filer.remove(std::move(path));
      all_gone = all_gone && removed.has_value();
    }
  }
  if (all_gone && !due.empty()) {
    ManifestChange change = [&due](stored::Manifest& manifest) -> Result<void> {
      int forgotten = 0;
      while (forgotten < manifest.garbage_size() && forgotten < static_cast<int>(due.size()) &&
             manifest.garbage(forgotten).SerializeAsString() ==
                 due[static_cast<size_t>(forgotten)].SerializeAsString()) {
        ++forgotten;
      }
      manifest.mutable_garbage()->DeleteSubrange(0, forgotten);
      return {};
    };
    const auto changed = co_await self->manifest_.change(std::move(change));
    if (!changed.has_value()) co_return;
  }
  self->arm_collection();
}

}  // namespace kelp::seaweed
