#include "rt/blocking.h"

namespace kelp::rt {

BlockingPool::~BlockingPool() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void BlockingPool::submit(Work work) {
  {
    const std::scoped_lock lock(mutex_);
    queue_.push_back(std::move(work));
    if (queue_.size() > idle_ && threads_.size() < limit_) {
      threads_.emplace_back([this] { work_loop(); });
    }
  }
  wake_.notify_one();
}

size_t BlockingPool::depth() const {
  const std::scoped_lock lock(mutex_);
  return queue_.size();
}

void BlockingPool::work_loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++idle_;
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    --idle_;
    if (queue_.empty()) return;  // stopping, and all that was asked for is done
    Work work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
    lock.lock();
  }
}

}  // namespace kelp::rt
