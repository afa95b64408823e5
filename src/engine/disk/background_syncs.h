// Syncs that nobody waits for, in one row: a sync of a file costs the disk a barrier (milliseconds
// on some), so that thousands of logs one after the other would take minutes. What has gathered
// while one sync ran is done by a single one of the whole file system, if that is many. Owner:
// Store. Any thread.
#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "base/result.h"
#include "rt/blocking.h"

namespace kelp::engine::disk {

/// So many are synced together. Fewer are synced one by one: the whole file system may have much to
/// write that is not ours.
inline constexpr size_t kSyncsTogether = 16;

class BackgroundSyncs {
 public:
  struct Job {
    /// Syncs this one alone; it has an error of its own.
    std::move_only_function<Result<void>()> sync;
    /// Told once how it went, on the pool's thread.
    std::move_only_function<void(Result<void>)> done;
  };

  /// `sync_all` syncs whatever there is.
  explicit BackgroundSyncs(std::function<Result<void>()> sync_all)
      : sync_all_(std::move(sync_all)) {}

  void add(Job job);

 private:
  void work();

  const std::function<Result<void>()> sync_all_;
  std::mutex mutex_;
  std::vector<Job> waiting_;
  bool working_ = false;
  rt::BlockingPool pool_{1};  // last: its work uses all of the above
};

}  // namespace kelp::engine::disk
