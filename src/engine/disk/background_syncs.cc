#include "engine/disk/background_syncs.h"

#include <utility>

namespace kelp::engine::disk {

void BackgroundSyncs::add(Job job) {
  {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back(std::move(job));
    if (std::exchange(working_, true)) return;
  }
  pool_.submit([this] { work(); });
}

void BackgroundSyncs::work() {
  for (;;) {
    std::vector<Job> jobs;
    {
      const std::scoped_lock lock(mutex_);
      jobs.swap(waiting_);
      working_ = !jobs.empty();
    }
    if (jobs.empty()) return;
    // An error of all is nobody's: each is asked for its own then.
    const bool together = jobs.size() >= kSyncsTogether && sync_all_().has_value();
    for (Job& job : jobs) job.done(together ? Result<void>() : job.sync());
  }
}

}  // namespace kelp::engine::disk
