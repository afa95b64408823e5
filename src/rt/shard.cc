#include "rt/shard.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/assert.h"
#include "base/log.h"

namespace kelp::rt {
namespace {

thread_local Shard* t_current = nullptr;

/// Events taken by one wait: enough to amortise it, few enough that timers are not kept waiting.
constexpr size_t kEventsPerTurn = 256;
/// What is made ready in a turn may make more ready; after so many rounds the sockets and timers
/// are looked at again, so that two tasks that wake each other cannot hold the shard.
constexpr int kRoundsPerTurn = 64;
/// A timer is never further away for epoll than this; waking once a minute for nothing is free.
constexpr int64_t kLongestWaitMs = 60'000;

}  // namespace

int64_t wall_clock_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Shard::Shard(unsigned index)
    : index_(index), epoll_(::epoll_create1(EPOLL_CLOEXEC)), wake_(::eventfd(0, EFD_CLOEXEC)) {
  KELP_ASSERT(epoll_ >= 0 && wake_ >= 0, errno);
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;  // each write is a new edge: the counter is never read
  event.data.ptr = nullptr;
  KELP_ASSERT(::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event) == 0, errno);
}

Shard::~Shard() {
  stop();
  join();
  ::close(wake_);
  ::close(epoll_);
}

Shard& Shard::current() {
  KELP_ASSERT(t_current != nullptr);
  return *t_current;
}

bool Shard::has_current() { return t_current != nullptr; }

void Shard::start() {
  KELP_ASSERT(!thread_.joinable());
  thread_ = std::thread([this] { run(); });
}

void Shard::stop() {
  stopping_.store(true, std::memory_order_relaxed);
  post([] {});
}

void Shard::join() {
  if (thread_.joinable()) thread_.join();
}

void Shard::run() {
  t_current = this;
  std::array<epoll_event, kEventsPerTurn> events;
  while (!stopping_.load(std::memory_order_relaxed)) {
    const int count = wait_for_events(events);
    const TimePoint begun = Clock::now();
    take_turn(std::span(events).first(static_cast<size_t>(count)));
    const Duration took = Clock::now() - begun;
    if (took > kStallThreshold) {
      stalls_.fetch_add(1, std::memory_order_relaxed);
      log_debug("shard {}: a turn of the loop took {} us", index_,
                std::chrono::duration_cast<std::chrono::microseconds>(took).count());
    }
  }
  t_current = nullptr;
}

int Shard::wait_for_events(std::span<epoll_event> events) {
  bool must_wait = ready_.empty() && end_of_turn_.empty();
  if (must_wait) {
    const std::scoped_lock lock(mailbox_mutex_);
    must_wait = mailbox_.empty();
    asleep_ = must_wait;
  }
  const int timeout = must_wait ? timeout_ms() : 0;
  const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout);
  KELP_ASSERT(count >= 0 || errno == EINTR, errno);
  return std::max(count, 0);
}

/// Until the next timer, rounded up: firing early would mean a second wait.
int Shard::timeout_ms() const {
  if (timers_.empty()) return -1;
  const Duration until = timers_.begin()->first.first - Clock::now();
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(until).count();
  return static_cast<int>(std::clamp<int64_t>(ms, 0, kLongestWaitMs));
}

void Shard::take_turn(std::span<epoll_event> events) {
  {
    const std::scoped_lock lock(mailbox_mutex_);
    asleep_ = false;
    mail_now_.swap(mailbox_);
    mailbox_depth_.store(0, std::memory_order_relaxed);
  }
  told_ = events;
  while (!told_.empty()) {
    const epoll_event event = told_.front();
    told_ = told_.subspan(1);
    if (event.data.ptr == nullptr) continue;  // the wake-up, or forgotten meanwhile
    Readiness now;
    now.readable = (event.events & EPOLLIN) != 0;
    now.writable = (event.events & EPOLLOUT) != 0;
    now.ended = (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    static_cast<Watched*>(event.data.ptr)->on_ready(now);
  }
  for (Work& work : mail_now_) work();
  mail_now_.clear();
  fire_timers();
  run_local();
}

Result<void> Shard::watch(int descriptor, Watched& who) {
  KELP_ASSERT(t_current == this);
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &who;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0) return {};
  return fail(ErrorKind::io, fmt::format("cannot watch descriptor {}", descriptor), errno);
}

void Shard::forget(const Watched& who) {
  KELP_ASSERT(t_current == this);
  for (epoll_event& event : told_) {
    if (event.data.ptr == &who) event.data.ptr = nullptr;
  }
}

void Shard::post(Work work) {
  bool wake = false;
  {
    const std::scoped_lock lock(mailbox_mutex_);
    mailbox_.push_back(std::move(work));
    mailbox_depth_.store(mailbox_.size(), std::memory_order_relaxed);
    wake = std::exchange(asleep_, false);
  }
  if (wake) {
    const uint64_t one = 1;
    KELP_ASSERT(::write(wake_, &one, sizeof one) == sizeof one, errno);
  }
}

void Shard::ready(std::coroutine_handle<> waiting) {
  KELP_ASSERT(t_current == this);
  ready_.push_back(waiting);
}

void Shard::at_end_of_turn(Work work) {
  KELP_ASSERT(t_current == this);
  end_of_turn_.push_back(std::move(work));
}

void Shard::run_local() {
  for (int round = 0; round < kRoundsPerTurn; ++round) {
    if (!ready_.empty()) {
      ready_now_.swap(ready_);
      for (const auto waiting : ready_now_) waiting.resume();
      ready_now_.clear();
    } else if (!end_of_turn_.empty()) {
      end_of_turn_now_.swap(end_of_turn_);
      for (Work& work : end_of_turn_now_) work();
      end_of_turn_now_.clear();
    } else {
      return;
    }
  }
}

Shard::TimerKey Shard::call_at(TimePoint when, Work work) {
  KELP_ASSERT(t_current == this);
  const TimerKey key{when, next_timer_++};
  timers_.emplace(key, std::move(work));
  return key;
}

bool Shard::cancel(const TimerKey& key) {
  KELP_ASSERT(t_current == this);
  return timers_.erase(key) > 0;
}

void Shard::fire_timers() {
  if (timers_.empty()) return;
  const TimePoint now = Clock::now();
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    Work work = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    work();
  }
}

}  // namespace kelp::rt
