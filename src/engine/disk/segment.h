// One file of a log, and the ways into it. `info` and `index` are touched by the log's shard only;
// the file by any thread, through the cache. docs/formats/segment.md.
#pragma once

#include <memory>

#include "engine/disk/header_walk.h"
#include "engine/disk/store.h"

namespace kelp::engine::disk {

class Segment {
 public:
  Segment(Store& store, std::shared_ptr<const std::string> directory, SegmentInfo segment)
      : info(segment), store_(store), directory_(std::move(directory)), base_(segment.base) {}
  ~Segment() { store_.cache.forget(cached_); }
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  Result<rt::File> file(rt::OpenMode mode = rt::OpenMode::write) const;
  std::string path(std::string_view suffix = kLogSuffix) const {
    return *directory_ + "/" + segment_name(base_, suffix);
  }
  Store& store() const { return store_; }

  /// Removes its files. What reads them goes on.
  void remove();
  /// Other files are about to stand at its names: it keeps its own open. Blocks.
  Result<void> pin();
  bool pinned() const { return pinned_.load(std::memory_order_acquire); }
  /// It is no part of the log any more.
  void retire() { removed_.store(true, std::memory_order_release); }
  bool removed() const { return removed_.load(std::memory_order_acquire); }

  SegmentInfo info;
  /// Of a sealed segment, when it is loaded.
  std::shared_ptr<const SparseIndex> index;

 private:
  Store& store_;
  const std::shared_ptr<const std::string> directory_;
  const Offset base_;
  mutable CachedFile cached_;
  std::atomic<bool> removed_{false};
  std::atomic<bool> pinned_{false};
};

/// A sealed segment's index from its file; walked and written anew if that is absent or not right.
/// Blocks.
Result<DecodedIndex> load_index(const Segment& segment, const SegmentInfo& info,
                                size_t interval_bytes);
/// An active segment's index as far as a file of an earlier run has it. Blocks.
std::vector<IndexEntry> load_older_index(const Segment& segment, uint64_t size_bytes);
/// Writes the file; a failure costs a walk later. Blocks.
void write_index(const Segment& segment, const SegmentInfo& info, const SparseIndex& index);

/// One read within one segment.
struct SegmentRead {
  IndexEntry near;            // a batch at or before `from`
  uint64_t cut_position = 0;  // a batch at or before the place where the limits cut
  uint64_t size_bytes = 0;
  Offset next;  // behind the segment's last record
  Offset from;
  ReadLimits limits;
  size_t learn_interval_bytes = 0;  // not 0: tell of batches passed on the way
};

struct SegmentFound {
  rt::Fragments batches;
  Offset first, next;
  uint64_t end_position = 0;  // of `batches`
  bool passed = false;        // no batch here reaches `from`
  std::vector<IndexEntry> learned;
};

/// timed_out with `would_wait`: it is not in memory; ask again with Wait::yes on a pool's thread.
Result<SegmentFound> read_segment(const Segment& segment, const SegmentRead& read, Wait wait,
                                  bool& would_wait);

/// The base offset of the first batch from `position` on that reaches the time and does not end
/// below `start`.
Result<std::optional<Offset>> find_time_in(const Segment& segment, uint64_t position,
                                           uint64_t size_bytes, int64_t timestamp_ms, Offset start,
                                           Wait wait, bool& would_wait);

}  // namespace kelp::engine::disk
