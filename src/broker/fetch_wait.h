// FetchWait: how one fetch waits: until it is woken, its time is over or its client is gone. Lives
// on the shard that serves the fetch (home); any shard may wake it. A wake-up that finds it looking
// at partitions makes the next wait() return at once, so none is lost.
#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include "rt/shard.h"
#include "rt/wait.h"

namespace kelp::broker {

class FetchWait : public std::enable_shared_from_this<FetchWait> {
 public:
  explicit FetchWait(rt::Shard& home) : home_(home) {}

  /// Any shard: look again.
  void wake() {
    if (woken_.exchange(true)) return;
    if (rt::Shard::has_current() && &rt::Shard::current() == &home_) {
      end_waiting();
    } else {
      home_.post([self = shared_from_this()] { self->end_waiting(); });
    }
  }

  /// Any shard: answer with what there is; nobody needs more.
  void give_up() {
    gave_up_.store(true);
    wake();
  }
  bool gave_up() const { return gave_up_.load(); }

  /// Home: what woke it until now has been heard.
  void rearm() { woken_.store(false); }

  /// Home: returns when woken since rearm(), or at `deadline`; now and then without either.
  rt::Task<void> wait(rt::TimePoint deadline) {
    rt::Completion<rt::Done> ended;
    waiting_ = &ended;
    const auto timer =
        home_.call_at(deadline, [self = shared_from_this()] { self->end_waiting(); });
    if (woken_.load()) end_waiting();
    co_await ended;
    home_.cancel(timer);
  }

 private:
  void end_waiting() {
    if (waiting_ != nullptr) std::exchange(waiting_, nullptr)->complete(rt::Done());
  }

  rt::Shard& home_;
  std::atomic<bool> woken_{false};
  std::atomic<bool> gave_up_{false};
  rt::Completion<rt::Done>* waiting_ = nullptr;  // home's
};

}  // namespace kelp::broker
