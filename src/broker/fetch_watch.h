// FetchWatch: what a fetch, or a session from fetch to fetch, hears of the partitions that it
// watches, from whichever shards they live on; and FetchWatchers, which every partition has: who
// wants to hear. The lock is held for a few instructions.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "broker/fetch_wait.h"

namespace kelp::broker {

class FetchWatch {
 public:
  /// Any shard: so many bytes more can be read from partition `slot` (the listener's number of it).
  /// `is_news`: its earlier news, if any, have been heard.
  void appended(uint32_t slot, bool is_news, size_t bytes) {
    const std::lock_guard lock(mutex_);
    if (is_news) heard_.push_back(slot);
    bytes_ += static_cast<int64_t>(bytes);
    if (parked_ != nullptr && bytes_ >= missing_bytes_) wake();
  }

  /// Any shard: something else happened to it (an error, another start, its end): look again.
  void changed(uint32_t slot, bool is_news) {
    const std::lock_guard lock(mutex_);
    if (is_news) heard_.push_back(slot);
    look_again_ = true;
    if (parked_ != nullptr) wake();
  }

  /// What the fetch that waits, if one does, has is its answer.
  void give_up() {
    const std::lock_guard lock(mutex_);
    if (parked_ != nullptr) std::exchange(parked_, nullptr)->give_up();
  }

  /// Before a look at the partitions: of which of them there were news.
  std::vector<uint32_t> hear() {
    const std::lock_guard lock(mutex_);
    bytes_ = 0;
    look_again_ = false;
    return std::exchange(heard_, {});
  }

  /// After a look: `wait` is woken when so many bytes came since. False: they have come already.
  bool park(std::shared_ptr<FetchWait> wait, int64_t missing_bytes) {
    const std::lock_guard lock(mutex_);
    if (look_again_ || bytes_ >= missing_bytes) return false;
    missing_bytes_ = missing_bytes;
    parked_ = std::move(wait);
    return true;
  }
  void unpark() {
    const std::lock_guard lock(mutex_);
    parked_.reset();
  }

  /// Nobody listens any more: partitions drop it when they see it.
  void close() { over_.store(true, std::memory_order_release); }
  bool is_over() const { return over_.load(std::memory_order_acquire); }

 private:
  void wake() { std::exchange(parked_, nullptr)->wake(); }

  std::mutex mutex_;
  std::vector<uint32_t> heard_;  // each partition once, see FetchWatchers
  int64_t bytes_ = 0;
  int64_t missing_bytes_ = 0;
  bool look_again_ = false;
  std::shared_ptr<FetchWait> parked_;
  std::atomic<bool> over_{false};
};

/// Owner: a Replica, on its shard.
class FetchWatchers {
 public:
  /// `watch` hears from now on; what it heard before is known to it.
  void listen(const std::shared_ptr<FetchWatch>& watch, uint32_t slot);
  void leave(const std::shared_ptr<FetchWatch>& watch);

  void appended(size_t bytes);
  void changed();
  size_t size() const { return watchers_.size(); }

 private:
  struct Watcher {
    std::shared_ptr<FetchWatch> watch;
    uint32_t slot;
    bool told;
  };
  std::vector<Watcher> watchers_;
  size_t prune_at_ = 16;
};

}  // namespace kelp::broker
