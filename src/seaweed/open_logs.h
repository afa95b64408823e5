// Which logs of this process are open, or still storing what they accepted: a log is opened again,
// or dropped, when that has ended. Shared by the engine and its logs; any shard.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "engine/engine.h"
#include "rt/wait.h"

namespace kelp::seaweed {

class ObjectPartition;

class OpenLogs {
 public:
  /// `partition` is null for a log of another kind.
  void opened(const engine::PartitionId& id, std::shared_ptr<ObjectPartition> partition) {
    const std::scoped_lock lock(mutex_);
    open_[id].partition = std::move(partition);
  }

  /// Nothing of it is under way any more.
  void closed(const engine::PartitionId& id) {
    const std::scoped_lock lock(mutex_);
    const auto found = open_.find(id);
    if (found == open_.end()) return;
    for (const auto& [home, waiting] : found->second.waiting) {
      home->post([waiting] { waiting->complete(rt::Done()); });
    }
    open_.erase(found);
  }

  std::shared_ptr<ObjectPartition> find(const engine::PartitionId& id) {
    const std::scoped_lock lock(mutex_);
    const auto found = open_.find(id);
    return found == open_.end() ? nullptr : found->second.partition;
  }

  rt::Task<void> wait_until_closed(engine::PartitionId id) {
    rt::Completion<rt::Done> done;
    {
      const std::scoped_lock lock(mutex_);
      const auto found = open_.find(id);
      if (found == open_.end()) co_return;
      found->second.waiting.emplace_back(&rt::Shard::current(), &done);
    }
    co_await done;
  }

  std::vector<engine::PartitionId> all() {
    const std::scoped_lock lock(mutex_);
    std::vector<engine::PartitionId> ids;
    for (const auto& [id, open] : open_) ids.push_back(id);
    return ids;
  }

 private:
  struct Open {
    std::shared_ptr<ObjectPartition> partition;
    std::vector<std::pair<rt::Shard*, rt::Completion<rt::Done>*>> waiting;
  };

  std::mutex mutex_;
  std::map<engine::PartitionId, Open> open_;
};

}  // namespace kelp::seaweed
