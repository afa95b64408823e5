// Shard: one thread, one event loop, one mailbox. Whatever belongs to a shard (connections,
// partitions, groups) is touched by its thread alone, so none of it has a lock. Other threads reach
// it by post() only. One turn of the loop handles what the sockets, the mailbox and the timers
// have, then what that made ready, then what waits for the end of the turn; a turn over
// kStallThreshold is logged and counted. The loop is epoll itself: a descriptor is registered once
// and needs no system call to be waited for again; timers are the wait's own timeout, of
// millisecond grain.
#pragma once

#include <atomic>
#include <chrono>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/result.h"

struct epoll_event;

namespace kelp::rt {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = Clock::duration;
using Work = std::move_only_function<void()>;

inline constexpr Duration kStallThreshold = std::chrono::milliseconds(5);

/// Wall-clock milliseconds since 1970, as records carry them.
int64_t wall_clock_ms();

/// What has become possible on a descriptor since it was last told.
struct Readiness {
  bool readable = false;
  bool writable = false;
  bool ended = false;  // the other end closed its side, or the descriptor failed: read to learn it
};

/// Told about its descriptor by the shard that watches it.
class Watched {
 public:
  virtual void on_ready(Readiness now) = 0;

 protected:
  ~Watched() = default;
};

class Shard {
 public:
  explicit Shard(unsigned index);
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  unsigned index() const { return index_; }

  /// The shard whose thread this is; asserts elsewhere.
  static Shard& current();
  static bool has_current();

  /// Starts the thread. stop() ends the loop after the current turn; join() waits for the thread.
  void start();
  void stop();
  void join();

  /// Any thread: `work` runs on this shard, in the order of the posts of one thread. No bound of
  /// its own: who posts holds part of a budget (request memory, requests under way, appends).
  /// mailbox_depth() is its metric.
  void post(Work work);
  size_t mailbox_depth() const { return mailbox_depth_.load(std::memory_order_relaxed); }

  /// This shard's thread only: resume `waiting` later in this turn (never inside the caller's
  /// stack).
  void ready(std::coroutine_handle<> waiting);
  /// This shard's thread only: run `work` once when the loop has handled what is ready now: for
  /// gathering.
  void at_end_of_turn(Work work);

  using TimerKey = std::pair<TimePoint, uint64_t>;
  /// This shard's thread only. The work runs on this shard at or shortly after `when`, unless
  /// cancelled first.
  TimerKey call_at(TimePoint when, Work work);
  /// Whether it was still waiting; its work is destroyed unrun.
  bool cancel(const TimerKey& key);

  /// This shard's thread only: tells `who` whenever a non-blocking descriptor becomes ready. Edge
  /// triggered: each change is told once, so `who` reads (writes) until there is no more. Ends
  /// with the descriptor: forget() and then close() it.
  Result<void> watch(int descriptor, Watched& who);
  /// This shard's thread only: nothing is told to `who` from now on, not even what is known
  /// already.
  void forget(const Watched& who);

  uint64_t stalls() const { return stalls_.load(std::memory_order_relaxed); }

 private:
  void run();
  int wait_for_events(std::span<epoll_event> events);
  int timeout_ms() const;
  void take_turn(std::span<epoll_event> events);
  void fire_timers();
  void run_local();

  const unsigned index_;
  int epoll_ = -1;
  int wake_ = -1;  // an eventfd: ends the wait when a post finds the loop asleep
  std::atomic<bool> stopping_{false};
  std::thread thread_;

  std::mutex mailbox_mutex_;
  std::vector<Work> mailbox_;
  bool asleep_ = false;  // under mailbox_mutex_: a post must wake the loop
  std::atomic<size_t> mailbox_depth_{0};

  std::span<epoll_event> told_;  // this turn's events that have not been told yet
  std::vector<std::coroutine_handle<>> ready_;
  std::vector<Work> end_of_turn_;
  // What is being run of the three queues: kept, so that a turn allocates nothing.
  std::vector<Work> mail_now_;
  std::vector<std::coroutine_handle<>> ready_now_;
  std::vector<Work> end_of_turn_now_;

  std::map<TimerKey, Work> timers_;
  uint64_t next_timer_ = 0;

  std::atomic<uint64_t> stalls_{0};
};

}  // namespace kelp::rt
