// One partition's log on the disk: segments, the last of which is written on. Owner: who opened it,
// on its shard; all of it is touched by that shard only. Appends go to the page cache at once;
// those that must be durable wait for a sync that all who wait at that moment share. Everything
// before durable_ is on the disk. A failed sync ends writing for good; reading goes on.
#pragma once

#include <array>
#include <list>
#include <memory>
#include <vector>

#include "engine/disk/rewrite_mark.h"
#include "engine/disk/segment.h"
#include "engine/disk/sparse_index.h"
#include "engine/engine.h"
#include "rt/wait.h"

namespace kelp::engine::disk {

class DiskRewrite;

class DiskLog final : public Log {
 public:
  /// `tail_index`: what is known of the last segment; `index_on_file`: its file may know more.
  DiskLog(Store& store, PartitionId id, const LogOptions& options, const Registered& registered,
          SparseIndex tail_index, bool index_on_file);
  ~DiskLog() override;

  Task<Result<Offset>> append(Chunk chunk, Durability durability) override;
  Task<Result<ReadResult>> read(Offset from, ReadLimits limits) override;
  Task<Result<std::optional<Offset>>> find_time(int64_t timestamp_ms) override;
  Task<Result<void>> replay(Offset from,
                            std::function<void(const record::BatchHeader&)> each) override;
  Task<Result<void>> trim(Offset new_start) override;
  Task<Result<Sealed>> sealed() override;
  Task<Result<std::unique_ptr<Rewrite>>> rewrite(Offset from, Offset to) override;
  Task<Result<void>> replace(std::unique_ptr<Rewrite> by, Offset mark) override;
  Task<Result<void>> sync() override;
  void configure(const LogOptions& options) override;
  Bounds bounds() const noexcept override { return {start_, end_, durable_.offset, end_}; }
  uint64_t size_bytes() const noexcept override { return size_bytes_; }

 private:
  using SegmentPtr = std::shared_ptr<Segment>;

  // disk_log.cc: writing
  Result<void> check_writable();
  Result<void> write(const Chunk& chunk);
  /// The segment that takes so many more bytes, made if need be.
  Result<void> make_room(const Chunk& chunk);
  /// Whether the last segment must end although there is room: segment_ms.
  bool is_over(const Chunk& chunk);
  void seal();
  void write_tail_index();
  void account(const Chunk& chunk);
  /// The segments that lie wholly below the start, no longer part of the log.
  std::vector<SegmentPtr> take_below_start();
  std::string name() const;

  // disk_log_rewrite.cc: rewriting
  struct Swap;
  Task<Result<void>> ready_mark();
  /// The first so many may be replaced.
  size_t sealed_segments() const;
  /// The segments that are just from..to; an empty range if there are none.
  std::pair<size_t, size_t> sealed_range(Offset from, Offset to) const;
  void take_place(size_t first, size_t last, const DiskRewrite& by);

  // disk_log_sync.cc: making durable
  struct SyncJob;
  struct Waiter {
    Offset until;
    uint64_t names;
    rt::Completion<Result<void>> done;
  };
  enum Lane : uint8_t { kForeground, kBackground, kLanes };
  Task<Result<void>> durable(Offset until);
  bool is_dirty() const;
  void write_behind();
  void schedule_sync();
  void begin_sync(Lane lane);
  void end_sync(Lane lane, const SyncJob& job, const Result<void>& done);
  void settle(uint64_t until_bytes);
  void wake_waiters(const Result<void>& done);
  void arm_flush_timer();
  void cancel_flush_timer();

  // disk_log_read.cc: reading
  struct Cursor {
    Offset offset{-1};
    Offset segment;
    uint64_t position = 0;
  };
  /// The segment that holds the offset, or the first one behind it; null if there is none.
  SegmentPtr segment_for(Offset offset) const;
  bool is_active(const Segment& segment) const {
    return !segments_.empty() && segments_.back().get() == &segment;
  }
  /// Loads what the segment's index file says, if it is not in memory.
  Task<Result<void>> ready_index(SegmentPtr segment);
  Task<Result<SegmentFound>> read_in(SegmentPtr segment, Offset from, ReadLimits limits);
  const SparseIndex& index_of(const Segment& segment) const;
  const Cursor* cursor_at(Offset offset, Offset segment) const;
  void remember(Offset left, const Cursor& cursor);

  Store& store_;
  const PartitionId id_;
  LogOptions options_;
  const std::shared_ptr<const std::string> directory_;
  std::vector<SegmentPtr> segments_;
  Offset start_, end_;
  uint64_t size_bytes_ = 0;

  SparseIndex index_;   // of the last segment
  bool index_on_file_;  // a file has entries that index_ lacks
  bool index_grew_ = false;
  std::vector<std::weak_ptr<Segment>> loaded_indexes_;  // the oldest first, a few
  /// The largest timestamp of the last segment's first batch, once it is known.
  std::optional<int64_t> begun_ms_;
  /// By the clock: when the last segment was begun, or this log first appended to it.
  std::optional<int64_t> since_ms_;

  RecoveryPoint durable_;
  bool failed_;
  /// Files made, and how many of those have their names on the disk.
  uint64_t names_made_ = 0, names_synced_ = 0;
  std::list<Waiter*> waiters_;  // takes no memory as long as nobody waits
  bool sync_scheduled_ = false;
  std::array<bool, kLanes> syncing_{};
  uint64_t unsynced_bytes_ = 0;  // written since the last sync began
  uint64_t behind_ = 0;          // of the last segment: what is on its way to the disk
  /// Written in all, and how much of that the store's UnsyncedBytes no longer counts.
  uint64_t written_bytes_ = 0, settled_bytes_ = 0;
  std::optional<rt::Shard::TimerKey> flush_timer_;
  /// What comes back to this shard later finds null when the log is gone.
  const std::shared_ptr<DiskLog*> alive_;

  std::optional<RewriteMark> mark_;  // once it is read
  uint64_t last_rewrite_ = 0;        // its number, also of those that came to nothing

  /// One trim or swap at a time; made for the first one, for most logs see none.
  std::optional<rt::Budget> trimming_;
  rt::Budget& trimming() { return trimming_ ? *trimming_ : trimming_.emplace(1); }
  /// Where readers go on, so that a sequential one needs no search; the oldest is replaced.
  std::array<Cursor, 4> cursors_;
  size_t next_cursor_ = 0;
};

}  // namespace kelp::engine::disk
