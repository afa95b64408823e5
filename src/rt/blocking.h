// BlockingPool: the threads on which calls that may block run (fdatasync, creating and deleting
// files), so that no shard ever does. The answer comes back to the calling shard. Threads start
// with the first work.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "rt/shard.h"
#include "rt/wait.h"

namespace kelp::rt {

class BlockingPool {
 public:
  /// At most `threads` calls run at once; the rest wait in order. What waits is bounded by the
  /// callers: each shard's operation waits for its answer before it asks again.
  explicit BlockingPool(unsigned threads) : limit_(threads) {}
  ~BlockingPool();
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  void submit(Work work);
  size_t depth() const;

  /// Runs `call` (returns a value) on a pool thread; continues on the calling shard.
  template <class F>
  Task<std::invoke_result_t<F&>> run(F call) {
    using R = std::invoke_result_t<F&>;
    Completion<R> answer;
    Shard& home = Shard::current();
    submit([&call, &answer, &home] {
      R value = call();
      home.post(
          [&answer, value = std::move(value)]() mutable { answer.complete(std::move(value)); });
    });
    co_return co_await answer;
  }

 private:
  void work_loop();

  const unsigned limit_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Work> queue_;
  std::vector<std::thread> threads_;
  unsigned idle_ = 0;
  bool stopping_ = false;
};

}  // namespace kelp::rt
