// How sealed segments of a DiskLog are replaced: the new files are made beside them, the mark file
// says that they count, then they get their names. docs/formats/rewritten.md.
#include <algorithm>
#include <tuple>

#include "base/log.h"
#include "engine/disk/disk_log.h"
#include "engine/disk/disk_rewrite.h"

namespace kelp::engine::disk {

/// What of a replacement happens on the background thread.
struct DiskLog::Swap {
  PartitionId id;
  std::shared_ptr<const std::string> directory;
  RewriteMark mark;
  std::vector<SegmentPtr> old;
  const std::vector<DiskRewrite::File>* fresh = nullptr;
  bool committed = false;

  Result<void> commit(Store& store) {
    // The old files stay open for their readers, whatever stands at their names.
    for (const SegmentPtr& segment : old) {
      if (const auto pinned = segment->pin(); !pinned) return pinned;
    }
    // After a crash a scan must not begin at a point within what is replaced.
    const bool behind = store.registry.with(id, [&](Registered* registered) {
      return registered != nullptr && registered->saved_point < mark.to;
    });
    Result<void> done;
    if (behind && !old.empty()) done = store.write_recovery_points();
    if (!done) return done;
    done = write_mark(store.files, *directory, mark);
    if (!done) {
      // It may stand there all the same: then a later start would carry it out.
      const auto stands = read_mark(store.files, *directory);
      committed = stands && *stands && (*stands)->sequence == mark.sequence;
      return committed ? Result<void>() : done;
    }
    committed = true;
    return done;
  }

  Result<void> run(Store& store) {
    auto done = commit(store);
    if (!done || old.empty()) return done;
    std::vector<Offset> bases;
    for (const SegmentPtr& segment : old) bases.push_back(segment->info.base);
    done = carry_out(store.files, *directory, mark, bases);
    if (!done) return done;
    for (const DiskRewrite::File& file : *fresh) {
      write_index(Segment(store, directory, file.info), file.info, file.index);
    }
    return done;
  }
};

Task<Result<void>> DiskLog::ready_mark() {
  if (mark_) co_return Result<void>();
  auto read = [&store = store_, directory = directory_] {
    return read_mark(store.files, *directory);
  };
  auto found = co_await store_.readers.run(read);
  if (!found && found.error().kind != ErrorKind::malformed) {
    co_return std::unexpected(std::move(found.error()));
  }
  if (!found) log_error("{}: {}: {}", name(), kRewrittenName, found.error().text());
  if (mark_) co_return Result<void>();  // somebody else was faster
  mark_ = found ? found->value_or(RewriteMark()) : RewriteMark();
  last_rewrite_ = mark_->sequence;
  co_return Result<void>();
}

size_t DiskLog::sealed_segments() const {
  // The recovery point never lies within what may be replaced.
  const auto end = std::ranges::find_if(segments_, [&](const SegmentPtr& segment) {
    return segment->info.base >= durable_.segment_base;
  });
  return static_cast<size_t>(end - segments_.begin());
}

Task<Result<Sealed>> DiskLog::sealed() {
  // Most logs, whenever they are looked at: nothing is read.
  if (sealed_segments() == 0) co_return Sealed();
  const auto ready = co_await ready_mark();
  if (!ready) co_return std::unexpected(ready.error());
  for (size_t i = 0; i < sealed_segments(); ++i) {
    const SegmentPtr segment = segments_[i];
    if (segment->info.max_timestamp_ms != kNoTimestamp || segment->info.size_bytes == 0) continue;
    const auto indexed = co_await ready_index(segment);
    if (!indexed) co_return std::unexpected(indexed.error());
  }
  Sealed result{.segments = {}, .mark = mark_->mark};
  for (size_t i = 0; i < sealed_segments(); ++i) {
    const SegmentInfo& info = segments_[i]->info;
    result.segments.push_back({.base = info.base,
                               .next = info.next,
                               .size_bytes = info.size_bytes,
                               .max_timestamp_ms = std::max<int64_t>(info.max_timestamp_ms, -1)});
  }
  co_return result;
}

std::pair<size_t, size_t> DiskLog::sealed_range(Offset from, Offset to) const {
  const size_t sealed = sealed_segments();
  size_t first = 0;
  while (first < sealed && segments_[first]->info.base < from) ++first;
  if (first == sealed || segments_[first]->info.base != from) return {0, 0};
  size_t last = first;
  while (last < sealed && segments_[last]->info.next <= to) ++last;
  return last > first && segments_[last - 1]->info.next == to ? std::pair(first, last)
                                                              : std::pair<size_t, size_t>();
}

Task<Result<std::unique_ptr<Rewrite>>> DiskLog::rewrite(Offset from, Offset to) {
  const auto ready = co_await ready_mark();
  if (!ready) co_return std::unexpected(ready.error());
  const auto [first, last] = sealed_range(from, to);
  if (first == last) {
    co_return fail(ErrorKind::conflict, fmt::format("{}: no segments {} to {}", name(), from, to));
  }
  if (failed_) co_return fail(ErrorKind::io, name() + " is read-only since a failed sync");
  RewriteTerms terms;
  terms.from = from;
  terms.to = to;
  terms.sequence = ++last_rewrite_;
  terms.segment_bytes = options_.segment_bytes;
  terms.index_interval_bytes = options_.index_interval_bytes;
  co_return std::make_unique<DiskRewrite>(store_, directory_, terms);
}

Task<Result<void>> DiskLog::replace(std::unique_ptr<Rewrite> by, Offset mark) {
  const rt::Units alone = co_await trimming().take(1);
  const auto ready = co_await ready_mark();
  if (!ready) co_return ready;
  if (failed_) co_return fail(ErrorKind::io, name() + " is read-only since a failed sync");
  auto* rewrite = static_cast<DiskRewrite*>(by.get());
  Swap swap{.id = id_, .directory = directory_, .mark = *mark_, .old = {}};
  swap.mark.mark = mark;
  swap.mark.files.clear();
  size_t first = 0, last = 0;
  if (rewrite == nullptr) {
    swap.mark.sequence = ++last_rewrite_;
    swap.mark.from = swap.mark.to = Offset(0);
  } else {
    KELP_ASSERT(rewrite->finished(), id_.index);
    const RewriteTerms& terms = rewrite->terms();
    std::tie(first, last) = sealed_range(terms.from, terms.to);
    if (first == last) co_return fail(ErrorKind::conflict, name() + " was trimmed");
    swap.mark.sequence = terms.sequence;
    swap.mark.from = terms.from;
    swap.mark.to = terms.to;
    swap.mark.gaps_below = std::max(swap.mark.gaps_below, terms.to);
    swap.fresh = &rewrite->files();
    for (const auto& file : rewrite->files()) {
      swap.mark.files.push_back({.base = file.info.base, .size_bytes = file.info.size_bytes});
    }
    swap.old.assign(segments_.begin() + static_cast<ptrdiff_t>(first),
                    segments_.begin() + static_cast<ptrdiff_t>(last));
  }
  auto run = [&swap, &store = store_] { return swap.run(store); };
  const auto done = co_await store_.background.run(run);
  if (swap.committed && rewrite != nullptr) rewrite->committed();
  if (!done && swap.committed) {
    log_error("{}: {}. It is read-only from now on: the next start puts it right", name(),
              done.error().text());
    failed_ = true;
  }
  if (!done) co_return done;
  mark_ = std::move(swap.mark);
  if (rewrite != nullptr) take_place(first, last, *rewrite);
  co_return done;
}

void DiskLog::take_place(size_t first, size_t last, const DiskRewrite& by) {
  for (size_t i = first; i < last; ++i) {
    segments_[i]->retire();
    size_bytes_ -= segments_[i]->info.size_bytes;
  }
  std::vector<SegmentPtr> fresh;
  for (const auto& file : by.files()) {
    fresh.push_back(std::make_shared<Segment>(store_, directory_, file.info));
    size_bytes_ += file.info.size_bytes;
  }
  const auto at = segments_.erase(segments_.begin() + static_cast<ptrdiff_t>(first),
                                  segments_.begin() + static_cast<ptrdiff_t>(last));
  segments_.insert(at, fresh.begin(), fresh.end());
  for (Cursor& cursor : cursors_) {
    const bool within = cursor.segment >= by.terms().from && cursor.segment < by.terms().to;
    if (within) cursor = Cursor();
  }
}

}  // namespace kelp::engine::disk
