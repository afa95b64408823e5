// A parked fetch: waits until enough bytes were appended to the partitions it watches, or its time
// is over. Lives on the shard of its connection (home); replicas on other shards hold it and count
// down, so it is woken once, by an event.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "rt/shard.h"
#include "rt/wait.h"

namespace kelp::broker {

class FetchWait : public std::enable_shared_from_this<FetchWait> {
 public:
  FetchWait(rt::Shard& home, int64_t missing_bytes) : home_(home), missing_bytes_(missing_bytes) {}

  /// Any shard: so many bytes more can be read.
  void appended(int64_t bytes) {
    if (missing_bytes_.fetch_sub(bytes, std::memory_order_acq_rel) - bytes <= 0) wake();
  }

  /// Any shard: look again now (an error, the topic is gone, the broker stops).
  void wake() {
    if (over_.exchange(true, std::memory_order_acq_rel)) return;
    if (rt::Shard::has_current() && &rt::Shard::current() == &home_) {
      woken_.complete(rt::Done());
    } else {
      home_.post([self = shared_from_this()] { self->woken_.complete(rt::Done()); });
    }
  }

  /// Woken, or given up: who holds it may drop it.
  bool is_over() const { return over_.load(std::memory_order_acquire); }

  /// Home only: returns when woken or at `deadline`.
  rt::Task<void> wait(rt::TimePoint deadline) {
    const auto timer = home_.call_at(deadline, [self = shared_from_this()] { self->wake(); });
    co_await woken_;
    home_.cancel(timer);
  }

 private:
  rt::Shard& home_;
  std::atomic<int64_t> missing_bytes_;
  std::atomic<bool> over_{false};
  rt::Completion<rt::Done> woken_;
};

}  // namespace kelp::broker
