// Backoff: the pauses between tries of the same question, each twice as long up to a bound, never
// beyond a deadline. For code that may block.
#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

#include "client/socket.h"

namespace kelp::client {

class Backoff {
 public:
  explicit Backoff(Deadline deadline) : deadline_(deadline) {}

  /// Sleeps; false, at once, when the pause would end beyond the deadline.
  bool pause() {
    if (Clock::now() + pause_ >= deadline_) return false;
    std::this_thread::sleep_for(pause_);
    pause_ = std::min(pause_ * 2, kLongest);
    return true;
  }

 private:
  static constexpr std::chrono::milliseconds kFirst{50};
  static constexpr std::chrono::milliseconds kLongest{1000};

  Deadline deadline_;
  std::chrono::milliseconds pause_ = kFirst;
};

}  // namespace kelp::client
