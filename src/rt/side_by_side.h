// Many small works on one shard, a bounded number of them under way at once: so that what waits for
// the disk in one does not hold up the others. Of the shard that calls; it is let go now and then.
#pragma once

#include <vector>

#include "base/result.h"
#include "rt/wait.h"

namespace kelp::rt {

/// Calls `one(0)` to `one(count - 1)`, in order; each returns a Task<Result<void>>. After an error
/// no further one is begun; the first is returned when all that were have ended.
template <class F>
Task<Result<void>> side_by_side(size_t count, size_t at_once, F one) {
  // Of each lane, before the loop has its turn: all of them stay well below what stalls it.
  constexpr size_t kWorksPerTurn = 32;
  size_t next = 0;
  Result<void> outcome;
  auto lane = [&]() -> Task<void> {
    for (size_t done = 1; next < count; ++done) {
      Result<void> finished = co_await one(next++);
      if (!finished.has_value()) {
        next = count;
        if (outcome.has_value()) outcome = std::move(finished);
      }
      if (done % kWorksPerTurn == 0) co_await sleep_until(Clock::now());
    }
  };
  std::vector<Task<void>> lanes;
  for (size_t i = 0; i < at_once && next < count; ++i) lanes.push_back(lane());
  for (auto& each : lanes) co_await each;
  co_return outcome;
}

}  // namespace kelp::rt
