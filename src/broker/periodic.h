// Periodic: a task every so often on one shard, never twice at once; each pause begins when the
// task has ended. Owner: that shard.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include "rt/shard.h"
#include "rt/wait.h"

namespace kelp::broker {

class Periodic {
 public:
  using Pause = std::function<std::chrono::milliseconds()>;
  using Job = std::function<rt::Task<void>()>;
  /// `pause` is asked before each.
  Periodic(Pause pause, Job job) : pause_(std::move(pause)), job_(std::move(job)) {}

  /// From now on.
  void start() {
    if (gate_.closed()) return;
    timer_ = rt::Shard::current().call_at(rt::Clock::now() + pause_(), [this] {
      timer_.reset();
      run().detach();
    });
  }
  /// No more; returns when the task that runs has ended.
  rt::Task<void> stop() {
    if (timer_) rt::Shard::current().cancel(*std::exchange(timer_, std::nullopt));
    co_await gate_.close();
  }
  bool stopping() const { return gate_.closed(); }

 private:
  rt::Task<void> run() {
    const rt::Gate::Pass pass = gate_.enter();
    co_await job_();
    start();
  }

  const Pause pause_;
  const Job job_;
  std::optional<rt::Shard::TimerKey> timer_;
  rt::Gate gate_;
};

}  // namespace kelp::broker
