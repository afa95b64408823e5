// Ways to wait on a shard without polling. All belong to the shard on which they were made and are
// used by its thread only, but for call_on(), which carries work to another shard and its answer
// back.
//   Completion<T>  one value, one waiter          sleep_until  a moment           Gate  until all
//   that entered have left Budget/Units   bytes or requests in flight: RAII, first come first
//   served
#pragma once

#include <coroutine>
#include <deque>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "rt/shard.h"
#include "rt/task.h"

namespace kelp::rt {

template <class T>
class Completion {
 public:
  Completion() = default;
  // Not copied: gcc 12 would await a copy of what `co_await *pointer` names, for ever. Name it:
  // `Completion<T>& waiting = *pointer; co_await waiting;`
  Completion(const Completion&) = delete;
  Completion& operator=(const Completion&) = delete;

  /// Gives the value; the waiter runs later in this turn. Once only.
  void complete(T value) {
    KELP_ASSERT(!value_.has_value());
    value_.emplace(std::move(value));
    if (waiting_) Shard::current().ready(std::exchange(waiting_, nullptr));
  }
  bool completed() const { return value_.has_value(); }

  bool await_ready() const noexcept { return value_.has_value(); }
  void await_suspend(std::coroutine_handle<> waiting) noexcept { waiting_ = waiting; }
  T await_resume() { return std::move(*value_); }

 private:
  std::optional<T> value_;
  std::coroutine_handle<> waiting_;
};

struct Done {};

/// Resumes at or shortly after `when`.
class SleepUntil {
 public:
  explicit SleepUntil(TimePoint when) : when_(when) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting) const {
    Shard::current().call_at(when_, [waiting] { waiting.resume(); });
  }
  void await_resume() const noexcept {}

 private:
  TimePoint when_;
};
inline SleepUntil sleep_until(TimePoint when) { return SleepUntil(when); }

/// Goes on later in this turn, with nothing of the caller's on the stack.
class LaterInTurn {
 public:
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting) const { Shard::current().ready(waiting); }
  void await_resume() const noexcept {}
};

/// Counts what is under way, so that its owner can wait for the last to leave before it goes.
class Gate {
 public:
  class Pass {
   public:
    explicit Pass(Gate& gate) : gate_(&gate) { ++gate.inside_; }
    Pass(Pass&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    Pass& operator=(Pass&&) = delete;
    ~Pass() {
      if (gate_ != nullptr) gate_->leave();
    }

   private:
    Gate* gate_;
  };

  bool closed() const { return closed_; }
  size_t inside() const { return inside_; }
  Pass enter() { return Pass(*this); }

  /// No one should enter any more (closed() tells); done when all have left.
  Task<void> close() {
    closed_ = true;
    if (inside_ > 0) co_await emptied_;
  }

 private:
  void leave() {
    KELP_ASSERT(inside_ > 0);
    if (--inside_ == 0 && closed_) emptied_.complete(Done());
  }
  size_t inside_ = 0;
  bool closed_ = false;
  Completion<Done> emptied_;
};

class Budget;

/// Part of a budget, given back when it goes.
class Units {
 public:
  Units() = default;
  Units(Budget& from, size_t count) : from_(&from), count_(count) {}
  Units(Units&& other) noexcept
      : from_(std::exchange(other.from_, nullptr)), count_(std::exchange(other.count_, 0)) {}
  Units& operator=(Units&& other) noexcept {
    std::swap(from_, other.from_);
    std::swap(count_, other.count_);
    return *this;
  }
  inline ~Units();
  size_t count() const { return count_; }

 private:
  Budget* from_ = nullptr;
  size_t count_ = 0;
};

/// A fixed amount shared by many. A wish larger than the whole is granted when nothing else is out,
/// so that it is not refused for ever.
class Budget {
 public:
  explicit Budget(size_t total) : total_(total) {}

  size_t total() const { return total_; }
  size_t used() const { return used_; }
  size_t waiting() const { return waiting_.size(); }

  std::optional<Units> try_take(size_t count) {
    if (!waiting_.empty() || !fits(count)) return std::nullopt;
    used_ += count;
    return Units(*this, count);
  }

  Task<Units> take(size_t count) {
    if (!waiting_.empty() || !fits(count)) {
      Waiting self(count);
      waiting_.push_back(&self);
      co_await self.granted;
    } else {
      used_ += count;
    }
    co_return Units(*this, count);
  }

 private:
  friend class Units;
  struct Waiting {
    explicit Waiting(size_t wanted) : count(wanted) {}
    size_t count;
    Completion<Done> granted;
  };
  bool fits(size_t count) const { return used_ == 0 || used_ + count <= total_; }
  void give_back(size_t count) {
    KELP_ASSERT(used_ >= count, used_, count);
    used_ -= count;
    while (!waiting_.empty() && fits(waiting_.front()->count)) {
      Waiting* first = waiting_.front();
      waiting_.pop_front();
      used_ += first->count;
      first->granted.complete(Done());
    }
  }

  size_t total_;
  size_t used_ = 0;
  std::deque<Waiting*> waiting_;
};

inline Units::~Units() {
  if (from_ != nullptr) from_->give_back(count_);
}

namespace detail {

template <class R, class F>
Task<void> run_for(F& work, Completion<R>& answer, Shard& home) {
  if constexpr (std::is_void_v<typename std::invoke_result_t<F&>::value_type>) {
    co_await work();
    home.post([&answer] { answer.complete(Done()); });
  } else {
    R value = co_await work();
    home.post([&answer, value = std::move(value)]() mutable { answer.complete(std::move(value)); });
  }
}

}  // namespace detail

/// Runs `work` (a callable that returns a Task) on `target` and brings its value back to the
/// calling shard. On the same shard it is a plain call. `work` lives in this frame until the answer
/// is here.
template <class F>
auto call_on(Shard& target, F work) -> std::invoke_result_t<F&> {
  using R = typename std::invoke_result_t<F&>::value_type;
  Shard& home = Shard::current();
  if (&target == &home) {
    if constexpr (std::is_void_v<R>) {
      co_await work();
      co_return;
    } else {
      co_return co_await work();
    }
  } else if constexpr (std::is_void_v<R>) {
    Completion<Done> answer;
    target.post([&work, &answer, &home] { detail::run_for(work, answer, home).detach(); });
    co_await answer;
  } else {
    Completion<R> answer;
    target.post([&work, &answer, &home] { detail::run_for(work, answer, home).detach(); });
    co_return co_await answer;
  }
}

}  // namespace kelp::rt
