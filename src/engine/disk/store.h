// What all logs of a data directory share: its files, the pools on which calls that may wait for
// the disk run, the open files, and what is known of each partition. Owner: DiskEngine, which
// outlives every log. Any thread; the registry has one lock, held only over memory.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "engine/disk/background_syncs.h"
#include "engine/disk/file_cache.h"
#include "engine/disk/layout.h"
#include "engine/disk/partition_state.h"
#include "engine/disk/unsynced_bytes.h"
#include "rt/blocking.h"
#include "rt/file.h"

namespace kelp::engine::disk {

/// One partition. `state.durable` is always current; the rest of `state` while no log is open.
struct Registered {
  PartitionState state;
  bool known = false;  // the state need not be recovered
  bool open = false;
  bool on_disk = false;         // it has a directory
  bool failed = false;          // a sync failed: nothing more is written to it in this run
  bool names_unsynced = false;  // files were made whose names may be lost
  Offset saved_point;           // the segment at which a scan would begin after a crash
};

class Registry {
 public:
  /// Runs `use(Registered*)` under the lock; null when the partition is unknown.
  template <class F>
  auto with(PartitionId id, F use) {
    const std::scoped_lock lock(mutex_);
    const auto found = partitions_.find(id);
    return use(found == partitions_.end() ? nullptr : &found->second);
  }
  /// The same; unknown ones are made, known and empty.
  template <class F>
  auto with_made(PartitionId id, F use) {
    const std::scoped_lock lock(mutex_);
    const auto [found, fresh] = partitions_.try_emplace(id);
    if (fresh) found->second.known = true;
    return use(found->second);
  }
  void erase(PartitionId id) {
    const std::scoped_lock lock(mutex_);
    partitions_.erase(id);
  }
  template <class F>
  void for_each(F use) {
    const std::scoped_lock lock(mutex_);
    for (auto& [id, registered] : partitions_) use(id, registered);
  }

 private:
  std::mutex mutex_;
  std::unordered_map<PartitionId, Registered> partitions_;
};

/// fdatasync for those who wait. The file system gathers what runs at once into one commit of its
/// journal; more than this does not make it faster (disk_bench).
inline constexpr int kSyncThreads = 8;

class Store : public std::enable_shared_from_this<Store> {
 public:
  Store(std::string root, rt::FileSystem& files)
      : layout{std::move(root)}, files(files), cache(FileCache::capacity_for_this_process()) {}

  const Layout layout;
  rt::FileSystem& files;
  FileCache cache;
  Registry registry;
  UnsyncedBytes unsynced;

  std::atomic<bool> closed{false};

  /// The names in the root directory and the meta file are on the disk: before anything that is
  /// said to be durable.
  Result<void> make_root_durable();
  bool root_is_durable() const { return root_durable_.load(std::memory_order_acquire); }
  /// A clean mark was there: its removal must be durable before the first append.
  bool clean_mark_removed = false;

  /// From then on sync_everything() knows of every error.
  Result<void> open_root();
  /// Everything that was written to any file of the directory is on the disk, with its name. After
  /// an error nothing is known of any of them.
  Result<void> sync_everything();

  /// Syncs the names of a partition's files, and of the directories above it.
  Result<void> sync_names(PartitionId id);
  /// Makes the directories down to the partition's; they may be there.
  Result<void> make_directories(PartitionId id);
  /// Renames the partition's directory into the trash, durably; empty_trash() does the rest.
  Result<void> discard(PartitionId id);
  void empty_trash();

  /// A partition's durable point has moved: the recovery points are written before long.
  void point_moved();
  Result<void> write_recovery_points();

 private:
  std::mutex root_mutex_;
  rt::File root_;
  std::atomic<bool> root_durable_{false};
  std::mutex directories_mutex_;
  uint64_t discarded_ = 0;
  std::atomic<bool> points_scheduled_{false};

 public:
  // Last, so that they end first: their work uses all of the above.

  rt::BlockingPool syncers{kSyncThreads};
  /// Write-behind.
  rt::BlockingPool writers{1};
  /// Cold reads, recovery, snapshots.
  rt::BlockingPool readers{4};
  /// fdatasync that nobody waits for: one at a time, so that it never crowds out one that somebody
  /// does.
  BackgroundSyncs background_syncs{[this] { return sync_everything(); }};
  /// Index files, removals, checkpoints. One thread: in order (an index is written before its
  /// partition is dropped).
  rt::BlockingPool background{1};
};

}  // namespace kelp::engine::disk
