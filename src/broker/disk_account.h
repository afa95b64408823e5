// What the logs of this process take on the disk, against kelp.disk.budget.bytes.
//   DiskAccount  the sum of all logs and its bound; any thread, no lock
//   DiskShare    a log's part of it; owner: its replica
//   DiskRoom     who waits on one shard for room; owner: that shard
// Room is taken before an append and given back when segments are gone, so that the budget is never
// crossed, however fast producers are. DiskBudget (broker/disk_budget.h) makes room.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <utility>

#include "rt/wait.h"

namespace kelp::broker {

/// What the disk budget has come to, to be shown.
struct DiskBudgetNumbers {
  uint64_t used_bytes = 0;
  uint64_t budget_bytes = UINT64_MAX;  // UINT64_MAX: none
  uint64_t evicted_segments = 0, evicted_bytes = 0;
  uint64_t appends_waited = 0, appends_refused = 0;
  int64_t reached_in_ms = -1;  // at the present rate; -1: never, or nobody knows
};

class DiskAccount {
 public:
  static constexpr uint64_t kUnbounded = UINT64_MAX;

  uint64_t used() const { return used_.load(std::memory_order_relaxed); }
  uint64_t limit() const { return limit_.load(std::memory_order_relaxed); }
  /// The largest segment that a log may have: what is in the one that is written to cannot be
  /// evicted.
  uint64_t segment_bytes() const { return segment_bytes_.load(std::memory_order_relaxed); }

  /// Before the first append: who is asked for room, from any shard. Once for each rearm().
  void set_ask(std::function<void()> ask) { ask_ = std::move(ask); }
  void set_limit(uint64_t limit, uint64_t segment_bytes) {
    limit_.store(limit, std::memory_order_relaxed);
    segment_bytes_.store(segment_bytes, std::memory_order_relaxed);
  }
  /// From now on room is asked for when more than so much is used.
  void rearm(uint64_t ask_above) {
    ask_above_.store(ask_above, std::memory_order_relaxed);
    asked_.store(false, std::memory_order_release);
  }

  /// Whether there was room; then it is the caller's.
  bool try_take(uint64_t bytes) {
    const uint64_t before = used_.fetch_add(bytes, std::memory_order_relaxed);
    const uint64_t most = limit();
    if (bytes <= most && before <= most - bytes) {
      if (before + bytes > ask_above_.load(std::memory_order_relaxed)) ask();
      return true;
    }
    used_.fetch_sub(bytes, std::memory_order_relaxed);
    return false;
  }
  /// Of those who need not ask.
  void add(uint64_t bytes) {
    const uint64_t before = used_.fetch_add(bytes, std::memory_order_relaxed);
    if (before + bytes > ask_above_.load(std::memory_order_relaxed)) ask();
  }
  void subtract(uint64_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }
  void ask() {
    if (ask_ && !asked_.exchange(true, std::memory_order_acq_rel)) ask_();
  }

 private:
  std::atomic<uint64_t> used_{0};
  std::atomic<uint64_t> limit_{kUnbounded};
  std::atomic<uint64_t> segment_bytes_{kUnbounded};
  std::atomic<uint64_t> ask_above_{kUnbounded};
  std::atomic<bool> asked_{false};
  std::function<void()> ask_;
};

class DiskShare {
 public:
  explicit DiskShare(DiskAccount& account) : account_(account) {}
  DiskShare(const DiskShare&) = delete;
  DiskShare& operator=(const DiskShare&) = delete;
  ~DiskShare() {
    if (bytes_ > 0) account_.subtract(bytes_);
  }

  /// The account has these already.
  void taken(uint64_t bytes) { bytes_ += bytes; }
  void give_back(uint64_t bytes) { settle(bytes_ - bytes); }
  /// The log takes so much now.
  void settle(uint64_t bytes) {
    if (bytes > bytes_) {
      account_.add(bytes - bytes_);
    } else {
      account_.subtract(bytes_ - bytes);
    }
    bytes_ = bytes;
  }
  /// What is in the account stays there, and is the caller's to subtract.
  uint64_t leave() { return std::exchange(bytes_, 0); }

 private:
  DiskAccount& account_;
  uint64_t bytes_ = 0;
};

class DiskRoom {
 public:
  explicit DiskRoom(DiskAccount& account) : account_(account) {}
  ~DiskRoom() { KELP_ASSERT(waiting_.empty(), waiting_.size()); }
  DiskRoom(const DiskRoom&) = delete;
  DiskRoom& operator=(const DiskRoom&) = delete;

  DiskAccount& account() { return account_; }

  /// At once, and only if nobody waits.
  bool try_take(uint64_t bytes) { return waiting_.empty() && account_.try_take(bytes); }
  /// In the order of the calls: who is let go appends before the next one is. False: there is no
  /// room, and none can be made. What waits is bounded by the memory of requests.
  rt::Task<bool> take(uint64_t bytes) {
    if (bytes > account_.limit()) {
      refused_.fetch_add(1, std::memory_order_relaxed);
      co_return false;
    }
    if (waiting_.empty() && !may_wait_) {
      refused_.fetch_add(1, std::memory_order_relaxed);
      account_.ask();
      co_return false;
    }
    waited_.fetch_add(1, std::memory_order_relaxed);
    Waiting self(bytes);
    waiting_.push_back(&self);
    account_.ask();
    const bool granted = co_await self.answer;
    waiting_.pop_front();
    if (!granted) refused_.fetch_add(1, std::memory_order_relaxed);
    go_on();
    co_return granted;
  }

  /// Those for whom there is room now go on.
  void go_on() {
    if (waiting_.empty() || waiting_.front()->answer.completed()) return;
    Waiting& first = *waiting_.front();
    if (account_.try_take(first.bytes)) {
      first.answer.complete(true);
    } else if (!may_wait_) {
      first.answer.complete(false);
    } else {
      account_.ask();
    }
  }
  /// Whether it is worth waiting: those who wait are refused otherwise.
  void set_may_wait(bool may_wait) {
    may_wait_ = may_wait;
    go_on();
  }
  /// What the next one to go on waits for.
  uint64_t wanted_bytes() const {
    const bool none = waiting_.empty() || waiting_.front()->answer.completed();
    return none ? 0 : waiting_.front()->bytes;
  }

  uint64_t waited() const { return waited_.load(std::memory_order_relaxed); }
  uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }

 private:
  struct Waiting {
    explicit Waiting(uint64_t wanted) : bytes(wanted) {}
    uint64_t bytes;
    rt::Completion<bool> answer;
  };

  DiskAccount& account_;
  std::deque<Waiting*> waiting_;
  bool may_wait_ = true;
  std::atomic<uint64_t> waited_{0}, refused_{0};
};

}  // namespace kelp::broker
