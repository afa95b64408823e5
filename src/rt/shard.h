// Shard: one thread, one event loop, one mailbox. Whatever belongs to a shard (connections,
// partitions, groups) is touched by its thread alone, so none of it has a lock. Other threads reach
// it by post() only. One turn of the loop runs what the sockets, timers and the mailbox have; a
// turn over kStallThreshold is logged and counted. Timers have millisecond grain and cost no system
// call while an earlier one is armed.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace kelp::rt {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = Clock::duration;
using Work = std::move_only_function<void()>;

inline constexpr Duration kStallThreshold = std::chrono::milliseconds(5);

/// Wall-clock milliseconds since 1970, as records carry them.
int64_t wall_clock_ms();

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

  /// Any thread: `work` runs on this shard, in the order of the posts of one thread. Unbounded by
  /// itself: what posts is bounded by the budgets of connections and appends. mailbox_depth() is
  /// its metric.
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

  uint64_t stalls() const { return stalls_.load(std::memory_order_relaxed); }

  boost::asio::io_context& io() { return io_; }

 private:
  void run();
  void drain_mailbox();
  void run_local();
  void schedule_local();
  void arm_timer();
  void fire_timers();

  const unsigned index_;
  boost::asio::io_context io_{1};
  std::thread thread_;

  std::mutex mailbox_mutex_;
  std::vector<Work> mailbox_;
  std::atomic<size_t> mailbox_depth_{0};

  std::vector<std::coroutine_handle<>> ready_;
  std::vector<Work> end_of_turn_;
  bool local_scheduled_ = false;

  std::map<TimerKey, Work> timers_;
  uint64_t next_timer_ = 0;
  boost::asio::steady_timer timer_{io_};
  TimePoint armed_for_ = TimePoint::max();

  std::atomic<uint64_t> stalls_{0};
};

}  // namespace kelp::rt
