#include "rt/shard.h"

#include <boost/asio/post.hpp>

#include "base/assert.h"
#include "base/log.h"

namespace kelp::rt {
namespace {

thread_local Shard* t_current = nullptr;

}  // namespace

int64_t wall_clock_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Shard::Shard(unsigned index) : index_(index) {}

Shard::~Shard() {
  stop();
  join();
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

void Shard::stop() { io_.stop(); }

void Shard::join() {
  if (thread_.joinable()) thread_.join();
}

void Shard::run() {
  t_current = this;
  const auto keep_running = boost::asio::make_work_guard(io_);
  while (!io_.stopped()) {
    // Waiting is not part of a turn: run_one blocks until there is something, poll handles the rest
    // of it.
    const size_t handled = io_.run_one();
    const TimePoint begun = Clock::now();
    if (handled > 0) io_.poll();
    const Duration took = Clock::now() - begun;
    if (took > kStallThreshold) {
      stalls_.fetch_add(1, std::memory_order_relaxed);
      log_debug("shard {}: a turn of the loop took {} us", index_,
                std::chrono::duration_cast<std::chrono::microseconds>(took).count());
    }
  }
  t_current = nullptr;
}

void Shard::post(Work work) {
  bool was_empty = false;
  {
    const std::scoped_lock lock(mailbox_mutex_);
    was_empty = mailbox_.empty();
    mailbox_.push_back(std::move(work));
    mailbox_depth_.store(mailbox_.size(), std::memory_order_relaxed);
  }
  if (was_empty) boost::asio::post(io_, [this] { drain_mailbox(); });
}

void Shard::drain_mailbox() {
  std::vector<Work> batch;
  {
    const std::scoped_lock lock(mailbox_mutex_);
    batch.swap(mailbox_);
    mailbox_depth_.store(0, std::memory_order_relaxed);
  }
  for (Work& work : batch) work();
}

void Shard::schedule_local() {
  if (local_scheduled_) return;
  local_scheduled_ = true;
  boost::asio::post(io_, [this] { run_local(); });
}

void Shard::ready(std::coroutine_handle<> waiting) {
  KELP_ASSERT(t_current == this);
  ready_.push_back(waiting);
  schedule_local();
}

void Shard::at_end_of_turn(Work work) {
  KELP_ASSERT(t_current == this);
  end_of_turn_.push_back(std::move(work));
  schedule_local();
}

void Shard::run_local() {
  local_scheduled_ = false;
  std::vector<std::coroutine_handle<>> ready;
  ready.swap(ready_);
  for (const auto waiting : ready) waiting.resume();
  if (!ready_.empty()) return;  // they made others ready: those first, then the end of the turn
  std::vector<Work> closing;
  closing.swap(end_of_turn_);
  for (Work& work : closing) work();
}

Shard::TimerKey Shard::call_at(TimePoint when, Work work) {
  KELP_ASSERT(t_current == this);
  const TimerKey key{when, next_timer_++};
  timers_.emplace(key, std::move(work));
  if (when < armed_for_) arm_timer();
  return key;
}

bool Shard::cancel(const TimerKey& key) {
  KELP_ASSERT(t_current == this);
  // The armed timer stays: firing once for nothing costs less than setting it anew for each
  // cancelled wait.
  return timers_.erase(key) > 0;
}

void Shard::arm_timer() {
  if (timers_.empty()) {
    armed_for_ = TimePoint::max();
    return;
  }
  armed_for_ = timers_.begin()->first.first;
  timer_.expires_at(armed_for_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) fire_timers();
  });
}

void Shard::fire_timers() {
  const TimePoint now = Clock::now();
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    Work work = std::move(timers_.begin()->second);
    timers_.erase(timers_.begin());
    work();
  }
  arm_timer();
}

}  // namespace kelp::rt
