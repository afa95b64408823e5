// How a DiskLog is read: the index tells a place near the wanted batch, a walk over headers finds
// it. What is in the page cache is read at once; what is not, on a pool's thread.
#include <algorithm>

#include "base/log.h"
#include "engine/disk/disk_log.h"

namespace kelp::engine::disk {
namespace {

/// Sealed segments' indexes that a log keeps in memory: a reader that goes from one segment to the
/// next, and one more.
constexpr size_t kLoadedIndexes = 2;

/// Headers that a replay fetches in one go to the pool: 61 bytes each.
constexpr size_t kReplayBatches = 1024;

struct ReplayPiece {
  std::vector<uint8_t> headers;
  uint64_t position = 0;
};

Result<ReplayPiece> replay_piece(const Segment& segment, uint64_t position, uint64_t size_bytes,
                                 Offset from) {
  const auto file = segment.file();
  if (!file) return std::unexpected(file.error());
  HeaderWalk walk(segment.store().files, **file, position, size_bytes, Wait::yes);
  ReplayPiece piece;
  while (piece.headers.size() < kReplayBatches * record::kHeaderBytes) {
    const auto header = walk.header();
    if (!header) return std::unexpected(header.error());
    if (!*header) break;
    if ((*header)->next_offset() > from) {
      const Bytes bytes = walk.seen(walk.position(), record::kHeaderBytes);
      piece.headers.insert(piece.headers.end(), bytes.begin(), bytes.end());
    }
    walk.advance();
  }
  piece.position = walk.position();
  return piece;
}

}  // namespace

DiskLog::SegmentPtr DiskLog::segment_for(Offset offset) const {
  const auto after = std::ranges::upper_bound(
      segments_, offset, {}, [](const SegmentPtr& segment) { return segment->info.next; });
  return after == segments_.end() ? nullptr : *after;
}

const SparseIndex& DiskLog::index_of(const Segment& segment) const {
  static const SparseIndex kEmpty;
  if (is_active(segment)) return index_;
  return segment.index ? *segment.index : kEmpty;
}

Task<Result<void>> DiskLog::ready_index(SegmentPtr segment) {
  if (is_active(*segment)) {
    if (!index_on_file_) co_return Result<void>();
    auto load = [segment, size = segment->info.size_bytes] {
      return load_older_index(*segment, size);
    };
    const auto entries = co_await store_.readers.run(load);
    if (is_active(*segment)) {
      index_.learn(entries);
      index_on_file_ = false;
    }
    co_return Result<void>();
  }
  // Shorter than one interval: nothing is in its index.
  const bool small = segment->info.size_bytes <= options_.index_interval_bytes &&
                     segment->info.max_timestamp_ms != kNoTimestamp;
  if (segment->index || small) co_return Result<void>();
  auto load = [segment, info = segment->info, interval = options_.index_interval_bytes] {
    return load_index(*segment, info, interval);
  };
  auto loaded = co_await store_.readers.run(load);
  if (!loaded) co_return std::unexpected(loaded.error());
  segment->info.max_timestamp_ms = loaded->segment.max_timestamp_ms;
  segment->index = std::make_shared<const SparseIndex>(std::move(loaded->index));
  loaded_indexes_.push_back(segment);
  if (loaded_indexes_.size() > kLoadedIndexes) {
    const auto oldest = loaded_indexes_.front().lock();
    loaded_indexes_.erase(loaded_indexes_.begin());
    if (oldest && oldest != segment) oldest->index.reset();
  }
  co_return Result<void>();
}

const DiskLog::Cursor* DiskLog::cursor_at(Offset offset, Offset segment) const {
  for (const Cursor& cursor : cursors_) {
    if (cursor.offset == offset && cursor.segment == segment) return &cursor;
  }
  return nullptr;
}

void DiskLog::remember(Offset left, const Cursor& cursor) {
  for (Cursor& old : cursors_) {
    if (old.offset == left || old.offset == cursor.offset) {
      old = cursor;
      return;
    }
  }
  cursors_[next_cursor_] = cursor;
  next_cursor_ = (next_cursor_ + 1) % cursors_.size();
}

Task<Result<SegmentFound>> DiskLog::read_in(SegmentPtr segment, Offset from, ReadLimits limits) {
  const Offset base = segment->info.base;
  const Cursor* cursor = cursor_at(from, base);
  const bool rest_fits = cursor != nullptr && limits.before >= segment->info.next &&
                         segment->info.size_bytes - cursor->position <= limits.max_bytes;
  if (!rest_fits) {
    const auto ready = co_await ready_index(segment);
    if (!ready) co_return std::unexpected(ready.error());
    cursor = cursor_at(from, base);
  }
  const auto relative = [&](Offset offset) {
    return static_cast<uint32_t>(std::max<int64_t>(0, std::min(offset, end_) - base));
  };
  const SparseIndex& index = index_of(*segment);
  SegmentRead read{.size_bytes = segment->info.size_bytes,
                   .next = segment->info.next,
                   .from = from,
                   .limits = limits};
  if (cursor != nullptr) {
    read.near = {static_cast<uint32_t>(from - base), static_cast<uint32_t>(cursor->position)};
  } else {
    read.near = index.at_offset(relative(from));
    if (is_active(*segment)) read.learn_interval_bytes = options_.index_interval_bytes;
  }
  read.cut_position = std::min(index.at_position(read.near.position + limits.max_bytes).position,
                               index.at_offset(relative(limits.before)).position);
  bool would_wait = false;
  auto found = read_segment(*segment, read, Wait::no, would_wait);
  if (would_wait) {
    auto again = [segment, read] {
      bool never = false;
      return read_segment(*segment, read, Wait::yes, never);
    };
    found = co_await store_.readers.run(again);
  }
  if (found && !found->learned.empty() && is_active(*segment)) index_.learn(found->learned);
  co_return found;
}

Task<Result<ReadResult>> DiskLog::read(Offset from, ReadLimits limits) {
  if (from < start_ || from > end_) {
    co_return fail(ErrorKind::out_of_range,
                   fmt::format("read {} at {} of {} to {}", name(), from, start_, end_));
  }
  Offset wanted = from;
  while (const SegmentPtr segment = segment_for(wanted)) {
    const Offset next_segment = segment->info.next;
    auto found = co_await read_in(segment, wanted, limits);
    if (!found && segment->removed() && from >= start_) continue;  // rewritten meanwhile
    if (!found && segment->removed()) {
      co_return fail(ErrorKind::out_of_range, fmt::format("read {} at {}: trimmed", name(), from));
    }
    if (!found) {
      found.error().what += " in " + segment->path();
      co_return std::unexpected(found.error());
    }
    if (found->passed && wanted < next_segment) {
      wanted = next_segment;  // a gap that a cleaner left at the end of a segment
      continue;
    }
    if (!found->batches.empty() && !segment->removed()) {
      remember(from, {found->next, segment->info.base, found->end_position});
    }
    co_return ReadResult{std::move(found->batches), found->first, found->next};
  }
  ReadResult nothing{.first = from, .next = from};
  co_return nothing;
}

Task<Result<std::optional<Offset>>> DiskLog::find_time(int64_t timestamp_ms) {
  for (Offset from = start_; from < end_;) {
    const SegmentPtr segment = segment_for(from);
    if (!segment) break;
    from = segment->info.next;
    const auto ready = co_await ready_index(segment);
    if (!ready) co_return std::unexpected(ready.error());
    const SegmentInfo info = segment->info;
    from = std::max(from, info.next);
    if (info.max_timestamp_ms < timestamp_ms) continue;
    const IndexEntry at_start = index_of(*segment).at_offset(
        static_cast<uint32_t>(std::max<int64_t>(0, start_ - info.base)));
    const uint64_t position =
        std::max(index_of(*segment).at_time(timestamp_ms).position, at_start.position);
    bool would_wait = false;
    auto found = find_time_in(*segment, position, info.size_bytes, timestamp_ms, start_, Wait::no,
                              would_wait);
    if (would_wait) {
      auto again = [segment, position, info, timestamp_ms, start = start_] {
        bool never = false;
        return find_time_in(*segment, position, info.size_bytes, timestamp_ms, start, Wait::yes,
                            never);
      };
      found = co_await store_.readers.run(again);
    }
    if (!found || *found) co_return found;
  }
  co_return std::nullopt;
}

Task<Result<void>> DiskLog::replay(Offset from,
                                   std::function<void(const record::BatchHeader&)> each) {
  from = std::max(from, start_);
  while (const SegmentPtr segment = segment_for(from)) {
    const auto ready = co_await ready_index(segment);
    if (!ready) co_return ready;
    const Offset base = segment->info.base;
    uint64_t position = index_of(*segment)
                            .at_offset(static_cast<uint32_t>(std::max<int64_t>(0, from - base)))
                            .position;
    while (position < segment->info.size_bytes) {
      auto load = [segment, position, size = segment->info.size_bytes, from] {
        return replay_piece(*segment, position, size, from);
      };
      const auto piece = co_await store_.readers.run(load);
      if (!piece) co_return std::unexpected(piece.error());
      const Bytes headers(piece->headers);
      for (size_t at = 0; at < headers.size(); at += record::kHeaderBytes) {
        each(record::BatchHeader(headers.subspan(at, record::kHeaderBytes)));
      }
      position = piece->position;
    }
    from = std::max(from, segment->info.next);
  }
  co_return Result<void>();
}

}  // namespace kelp::engine::disk
