// How much was written that is not known to be on the disk, over all logs of a data directory. It
// is what recovery scans after a crash, so it is bounded: beyond a first bound logs sync in the
// background as they are written to, beyond a second one appends are answered only when some of it
// is on the disk. (Before that the kernel would hold up the thread that writes, and with it all
// that the shard has.) Owner: Store. Any thread; the lock is only for those who wait.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "rt/wait.h"

namespace kelp::engine::disk {

class UnsyncedBytes {
 public:
  /// A scan passes over some GB/s: the first bound is a fraction of a second, the second one less
  /// than two.
  static constexpr uint64_t kFlushBytes = uint64_t{1} << 30;
  static constexpr uint64_t kMostBytes = uint64_t{4} << 30;

  explicit UnsyncedBytes(uint64_t flush_bytes = kFlushBytes, uint64_t most_bytes = kMostBytes)
      : flush_bytes_(flush_bytes), most_bytes_(most_bytes) {}

  void written(uint64_t bytes) { bytes_.fetch_add(bytes, std::memory_order_relaxed); }
  /// So many of those are on the disk, or are waited for no longer.
  void settled(uint64_t bytes);

  bool flush_is_due() const { return bytes_.load(std::memory_order_relaxed) >= flush_bytes_; }
  bool is_full() const { return bytes_.load() >= most_bytes_; }
  /// Returns when it is not full.
  rt::Task<void> room();
  size_t waiting() const {
    const std::scoped_lock lock(mutex_);
    return waiting_.size();
  }

 private:
  struct Waiter {
    rt::Shard& home;
    rt::Completion<rt::Done> done;
  };

  const uint64_t flush_bytes_, most_bytes_;
  std::atomic<uint64_t> bytes_{0};
  mutable std::mutex mutex_;
  std::vector<Waiter*> waiting_;
};

}  // namespace kelp::engine::disk
