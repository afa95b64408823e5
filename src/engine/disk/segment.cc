#include "engine/disk/segment.h"

#include <algorithm>

#include "base/log.h"

namespace kelp::engine::disk {
namespace {

/// From this size on a read is handed out as a range of the file (sendfile: two system calls, no
/// copy); below it one pread is cheaper, and it goes out with the answer's other bytes.
constexpr size_t kRangeBytes = size_t{16} << 10;

constexpr uint64_t kMaxIndexFileBytes = 64 + SparseIndex::kMaxEntries * 16;

/// The first batch that ends behind `from`.
struct Locate {
  uint64_t position = 0;
  size_t size = 0;
  Offset base, next;
  bool found = false;
};

Result<Locate> locate(HeaderWalk& walk, const SegmentRead& read, Offset segment_base,
                      std::vector<IndexEntry>& learned) {
  int64_t max_timestamp_ms = read.near.max_timestamp_before_ms;
  uint64_t learned_at = read.near.position;
  for (;;) {
    const auto header = walk.header();
    if (!header) return std::unexpected(header.error());
    if (!*header) return Locate{};
    const record::BatchHeader& batch = **header;
    if (batch.next_offset() > read.from) {
      return Locate{.position = walk.position(),
                    .size = batch.size_in_bytes(),
                    .base = batch.base_offset(),
                    .next = batch.next_offset(),
                    .found = true};
    }
    if (read.learn_interval_bytes > 0 &&
        walk.position() >= learned_at + read.learn_interval_bytes) {
      learned_at = walk.position();
      learned.push_back({static_cast<uint32_t>(batch.base_offset() - segment_base),
                         static_cast<uint32_t>(learned_at), max_timestamp_ms});
    }
    max_timestamp_ms = std::max(max_timestamp_ms, batch.max_timestamp());
    walk.advance();
  }
}

/// How far whole batches fit, from the located one on.
struct Extent {
  uint64_t end;
  Offset next;
};

/// The walk stands behind the first batch, or further on where the limits surely do not cut yet.
Result<Extent> extent_of(HeaderWalk& walk, const SegmentRead& read, const Locate& first) {
  Extent extent{first.position + first.size, first.next};
  for (;;) {
    const auto header = walk.header();
    if (!header) return std::unexpected(header.error());
    if (!*header) return extent;
    if (walk.position() > extent.end) extent = {walk.position(), (*header)->base_offset()};
    if ((*header)->base_offset() >= read.limits.before) return extent;
    const uint64_t end = walk.position() + (*header)->size_in_bytes();
    if (end > first.position + read.limits.max_bytes) return extent;
    extent = {end, (*header)->next_offset()};
    walk.advance();
  }
}

/// sendfile would wait for what is not in memory, on the shard's thread.
Result<void> ready_range(const Segment& segment, const rt::OpenFile& file, uint64_t position,
                         size_t size, Wait wait, bool& would_wait) {
  rt::FileSystem& files = segment.store().files;
  if (wait == Wait::yes) return files.load(file, position, size);
  const auto cached = files.is_cached(file, position, size);
  if (!cached) return std::unexpected(cached.error());
  would_wait = !*cached;
  if (would_wait) return fail(ErrorKind::timed_out, "not in memory");
  return {};
}

Result<Slice> read_bytes(const Segment& segment, const rt::OpenFile& file, uint64_t position,
                         size_t size, Wait wait, bool& would_wait) {
  Buffer buffer(size);
  rt::FileSystem& files = segment.store().files;
  Result<std::optional<size_t>> got = std::nullopt;
  if (wait == Wait::no) {
    got = files.read_cached(file, position, buffer.bytes());
  } else {
    got = files.read(file, position, buffer.bytes());
  }
  if (!got) return std::unexpected(got.error());
  would_wait = !got->has_value();
  if (would_wait) return fail(ErrorKind::timed_out, "not in memory");
  if (**got != size) return fail(ErrorKind::io, segment.path() + " is cut");
  return buffer.slice();
}

}  // namespace

Result<rt::File> Segment::file(rt::OpenMode mode) const {
  return store_.cache.get(cached_, [&] { return store_.files.open(path(), mode); });
}

Result<void> Segment::pin() {
  const auto done =
      store_.cache.pin(cached_, [&] { return store_.files.open(path(), rt::OpenMode::write); });
  if (done) pinned_.store(true, std::memory_order_release);
  return done;
}

void Segment::remove() {
  removed_.store(true, std::memory_order_release);
  store_.cache.forget(cached_);
  const auto done = store_.files.remove_file(path());
  if (!done) log_warn("remove: {}", done.error().text());
  (void)store_.files.remove_file(path(kIndexSuffix));
}

Result<SegmentFound> read_segment(const Segment& segment, const SegmentRead& read, Wait wait,
                                  bool& would_wait) {
  const auto file = segment.file();
  if (!file) return std::unexpected(file.error());
  rt::FileSystem& files = segment.store().files;
  SegmentFound found{.first = read.from, .next = read.from};
  HeaderWalk walk(files, **file, read.near.position, read.size_bytes, wait);
  const auto first = locate(walk, read, segment.info.base, found.learned);
  would_wait = walk.would_wait();
  if (!first) return std::unexpected(first.error());
  found.passed = !first->found;
  found.end_position = first->position;
  if (!first->found || first->base >= read.limits.before) return found;
  if (first->size > read.limits.max_bytes && !read.limits.first_batch_always) return found;

  Extent extent{read.size_bytes, read.next};
  const bool all_fits = read.size_bytes - first->position <= read.limits.max_bytes;
  if (read.limits.before < read.next || !all_fits) {
    // From the last known batch before the cut, but never from before the first one.
    const uint64_t begin = std::max(first->position + first->size, read.cut_position);
    HeaderWalk rest(files, **file, begin, read.size_bytes, wait);
    const auto cut = extent_of(rest, read, *first);
    would_wait = rest.would_wait();
    if (!cut) return std::unexpected(cut.error());
    extent = *cut;
  }
  const auto size = static_cast<size_t>(extent.end - first->position);
  if (size >= kRangeBytes) {
    const auto ready = ready_range(segment, **file, first->position, size, wait, would_wait);
    if (!ready) return std::unexpected(ready.error());
    found.batches.add(rt::FileRange{*file, first->position, size});
  } else {
    const auto seen = walk.seen(first->position, size);
    const auto bytes = seen.empty()
                           ? read_bytes(segment, **file, first->position, size, wait, would_wait)
                           : Slice::copy_of(seen);
    if (!bytes) return std::unexpected(bytes.error());
    found.batches.add(*bytes);
  }
  found.first = first->base;
  found.next = extent.next;
  found.end_position = extent.end;
  return found;
}

Result<std::optional<Offset>> find_time_in(const Segment& segment, uint64_t position,
                                           uint64_t size_bytes, int64_t timestamp_ms, Offset start,
                                           Wait wait, bool& would_wait) {
  const auto file = segment.file();
  if (!file) return std::unexpected(file.error());
  HeaderWalk walk(segment.store().files, **file, position, size_bytes, wait);
  for (;;) {
    const auto header = walk.header();
    would_wait = walk.would_wait();
    if (!header) return std::unexpected(header.error());
    if (!*header) return std::nullopt;
    if ((*header)->max_timestamp() >= timestamp_ms && (*header)->next_offset() > start) {
      return (*header)->base_offset();
    }
    walk.advance();
  }
}

Result<DecodedIndex> load_index(const Segment& segment, const SegmentInfo& info,
                                size_t interval_bytes) {
  rt::FileSystem& files = segment.store().files;
  const auto bytes = rt::read_file(files, segment.path(kIndexSuffix), kMaxIndexFileBytes);
  // Of a pinned segment another one's index may stand there.
  if (bytes && !segment.pinned()) {
    auto decoded = decode_index(*bytes);
    if (decoded && decoded->segment.base == info.base &&
        decoded->segment.size_bytes == info.size_bytes) {
      return decoded;
    }
    log_warn("{}: does not fit its segment: built anew", segment.path(kIndexSuffix));
  }
  const auto file = segment.file();
  if (!file) return std::unexpected(file.error());
  DecodedIndex built{.segment = info};
  built.segment.max_timestamp_ms = kNoTimestamp;
  HeaderWalk walk(files, **file, 0, info.size_bytes, Wait::yes);
  for (;;) {
    const auto header = walk.header();
    if (!header) return std::unexpected(header.error());
    if (!*header) break;
    built.index.add({static_cast<uint32_t>((*header)->base_offset() - info.base),
                     static_cast<uint32_t>(walk.position()), built.segment.max_timestamp_ms},
                    interval_bytes);
    built.segment.max_timestamp_ms =
        std::max(built.segment.max_timestamp_ms, (*header)->max_timestamp());
    walk.advance();
  }
  write_index(segment, built.segment, built.index);
  return built;
}

std::vector<IndexEntry> load_older_index(const Segment& segment, uint64_t size_bytes) {
  const auto bytes =
      rt::read_file(segment.store().files, segment.path(kIndexSuffix), kMaxIndexFileBytes);
  if (!bytes) return {};
  const auto decoded = decode_index(*bytes);
  if (!decoded || decoded->segment.base != segment.info.base ||
      decoded->segment.size_bytes > size_bytes) {
    return {};
  }
  return decoded->index.entries();
}

void write_index(const Segment& segment, const SegmentInfo& info, const SparseIndex& index) {
  if (segment.removed() || segment.pinned()) return;
  const auto done = rt::replace_file(segment.store().files, segment.path(kIndexSuffix),
                                     as_bytes(encode_index(info, index)), rt::Flush::no);
  const bool dropped = !done && done.error().kind == ErrorKind::not_found;
  if (!done && !dropped) log_warn("index: {}", done.error().text());
}

}  // namespace kelp::engine::disk
