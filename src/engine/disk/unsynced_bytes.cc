#include "engine/disk/unsynced_bytes.h"

namespace kelp::engine::disk {

void UnsyncedBytes::settled(uint64_t bytes) {
  const uint64_t before = bytes_.fetch_sub(bytes);
  KELP_ASSERT(before >= bytes, before, bytes);
  if (before < most_bytes_ || before - bytes >= most_bytes_) return;
  std::vector<Waiter*> woken;
  {
    const std::scoped_lock lock(mutex_);
    woken.swap(waiting_);
  }
  for (Waiter* waiter : woken) {
    waiter->home.post([waiter] { waiter->done.complete(rt::Done()); });
  }
}

rt::Task<void> UnsyncedBytes::room() {
  for (;;) {
    Waiter self{.home = rt::Shard::current()};
    {
      const std::scoped_lock lock(mutex_);
      if (!is_full()) co_return;
      waiting_.push_back(&self);
    }
    co_await self.done;
  }
}

}  // namespace kelp::engine::disk
