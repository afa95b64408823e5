// What the broker keeps on each shard: the current cluster image and the replicas that this shard
// owns. Each is touched by its shard's thread only.
#pragma once

#include <algorithm>
#include <memory>
#include <unordered_map>
#include <vector>

#include "broker/cluster.h"
#include "broker/replica.h"
#include "rt/shard.h"

namespace kelp::broker {

struct PartitionIdHash {
  size_t operator()(const engine::PartitionId& id) const {
    return std::hash<Uuid>()(id.topic_id) * 31 + static_cast<size_t>(id.index);
  }
};

class ShardState {
 public:
  explicit ShardState(rt::Shard& shard) : shard_(shard) {}

  rt::Shard& shard() { return shard_; }

  const ClusterRef& image() const { return image_; }
  void set_image(ClusterRef image) { image_ = std::move(image); }

  /// Nothing: this shard has no such partition (any more). The pointer keeps it alive over a
  /// suspension.
  std::shared_ptr<Replica> find(const engine::PartitionId& id) const {
    const auto found = replicas_.find(id);
    return found == replicas_.end() ? nullptr : found->second;
  }
  void insert(const engine::PartitionId& id, std::shared_ptr<Replica> replica) {
    replicas_[id] = std::move(replica);
  }
  std::shared_ptr<Replica> take(const engine::PartitionId& id) {
    const auto found = replicas_.find(id);
    if (found == replicas_.end()) return nullptr;
    auto replica = std::move(found->second);
    replicas_.erase(found);
    return replica;
  }
  void release_waiting() {
    for (const auto& [id, replica] : replicas_) replica->release_waiting();
  }

  /// A request of this shard's connection `peer` waits from now until unparked(): a client that
  /// goes is waited for no more.
  void parked(uint64_t peer, std::shared_ptr<FetchWait> wait) {
    parked_.emplace(peer, std::move(wait));
  }
  void unparked(uint64_t peer, const std::shared_ptr<FetchWait>& wait) {
    const auto [first, last] = parked_.equal_range(peer);
    const auto found =
        std::find_if(first, last, [&](const auto& entry) { return entry.second == wait; });
    if (found != last) parked_.erase(found);
  }
  void peer_left(uint64_t peer) {
    const auto [first, last] = parked_.equal_range(peer);
    std::for_each(first, last, [](const auto& entry) { entry.second->wake(); });
  }

 private:
  rt::Shard& shard_;
  ClusterRef image_;
  std::unordered_map<engine::PartitionId, std::shared_ptr<Replica>, PartitionIdHash> replicas_;
  std::unordered_multimap<uint64_t, std::shared_ptr<FetchWait>> parked_;  // by peer
};

/// All shards of the process.
class ShardStates {
 public:
  explicit ShardStates(const std::vector<rt::Shard*>& shards) {
    for (rt::Shard* shard : shards) states_.push_back(std::make_unique<ShardState>(*shard));
  }
  size_t size() const { return states_.size(); }
  ShardState& at(size_t index) { return *states_[index]; }
  ShardState& here() { return *states_[rt::Shard::current().index()]; }
  ShardState& owner_of(const engine::PartitionId& id) { return at(shard_of(id, size())); }

 private:
  std::vector<std::unique_ptr<ShardState>> states_;
};

}  // namespace kelp::broker
