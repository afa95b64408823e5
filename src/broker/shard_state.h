// What the broker keeps on each shard: the current cluster image and the replicas that this shard
// owns. Each is touched by its shard's thread only.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "auth/accounts.h"
#include "auth/rate_window.h"
#include "auth/token_bucket.h"
#include "broker/cluster.h"
#include "broker/disk_account.h"
#include "broker/fetch_sessions.h"
#include "broker/hosted_groups.h"
#include "broker/replica.h"
#include "rt/shard.h"

namespace kelp::broker {

/// What limited clients used lately. A client's account is kept by one shard, whichever its
/// connections have: client_quotas.h for rates, the controller's for mutations.
struct QuotaAccounts {
  auth::Accounts<auth::RateWindow> rates;
  auth::Accounts<auth::TokenBucket> mutations;
};

class ShardState {
 public:
  ShardState(rt::Shard& shard, DiskAccount& disk, QuotaAccounts quotas)
      : shard_(shard), disk_room_(disk), quota_accounts_(std::move(quotas)) {}

  rt::Shard& shard() { return shard_; }
  DiskRoom& disk_room() { return disk_room_; }
  const DiskRoom& disk_room() const { return disk_room_; }
  QuotaAccounts& quota_accounts() { return quota_accounts_; }

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
  std::vector<std::shared_ptr<Replica>> replicas() const {
    std::vector<std::shared_ptr<Replica>> all;
    all.reserve(replicas_.size());
    for (const auto& [id, replica] : replicas_) all.push_back(replica);
    return all;
  }
  /// The topic's partitions that this shard has go by its new image.
  void update_replicas(const TopicRef& topic) {
    for (size_t index = 0; index < topic->partitions.size(); ++index) {
      const auto replica = find(topic->partition_id(static_cast<int32_t>(index)));
      if (replica != nullptr) replica->update(topic);
    }
  }
  void release_waiting() {
    for (const auto& [id, replica] : replicas_) replica->release_waiting();
    for (const auto& [id, groups] : groups_) groups->abandon();
  }

  /// The groups of a partition of __consumer_offsets that this shard has: begins to load them.
  void host_groups(const engine::PartitionId& id, const config::BrokerConfig& config) {
    auto groups = std::make_shared<HostedGroups>(*this, find(id), config);
    groups_[id] = groups;
    groups->load().detach();
  }
  std::shared_ptr<HostedGroups> groups_of(const engine::PartitionId& id) const {
    const auto found = groups_.find(id);
    return found == groups_.end() ? nullptr : found->second;
  }
  void abandon_groups(const engine::PartitionId& id) {
    const auto found = groups_.find(id);
    if (found == groups_.end()) return;
    found->second->abandon();
    groups_.erase(found);
  }
  void tell_groups_of_deletion(std::string_view topic) {
    for (const auto& [id, groups] : groups_) groups->topic_deleted(topic);
  }

  /// This shard's fetch sessions of each virtual broker. On another shard's thread for their
  /// counters alone.
  void add_fetch_sessions(size_t most, size_t shards) {
    fetch_sessions_.push_back(std::make_unique<FetchSessions>(most, shard_.index(), shards));
  }
  FetchSessions& fetch_sessions(size_t node) const { return *fetch_sessions_[node]; }

  /// A request of this shard's connection `peer` waits from now until unparked(): `give_up` is
  /// called when the client goes.
  using Parked = std::multimap<uint64_t, std::function<void()>>::iterator;
  Parked parked(uint64_t peer, std::function<void()> give_up) {
    return parked_.emplace(peer, std::move(give_up));
  }
  void unparked(Parked entry) { parked_.erase(entry); }
  void peer_left(uint64_t peer) {
    // Whoever gives up goes on later in this turn: nothing is erased while this walks.
    const auto [first, last] = parked_.equal_range(peer);
    std::for_each(first, last, [](const auto& entry) { entry.second(); });
  }

 private:
  rt::Shard& shard_;
  DiskRoom disk_room_;
  QuotaAccounts quota_accounts_;
  ClusterRef image_;
  std::unordered_map<engine::PartitionId, std::shared_ptr<Replica>> replicas_;
  std::unordered_map<engine::PartitionId, std::shared_ptr<HostedGroups>> groups_;
  std::vector<std::unique_ptr<FetchSessions>> fetch_sessions_;  // by node
  std::multimap<uint64_t, std::function<void()>> parked_;       // by peer
};

/// All shards of the process.
class ShardStates {
 public:
  /// `client` and `controller`: quota.window.* and controller.quota.window.*.
  ShardStates(const std::vector<rt::Shard*>& shards, const auth::QuotaWindows& client,
              const auth::QuotaWindows& controller) {
    for (rt::Shard* shard : shards) {
      QuotaAccounts accounts{auth::Accounts<auth::RateWindow>(client),
                             auth::Accounts<auth::TokenBucket>(controller)};
      states_.push_back(std::make_unique<ShardState>(*shard, disk_account_, std::move(accounts)));
    }
  }
  size_t size() const { return states_.size(); }
  ShardState& at(size_t index) { return *states_[index]; }
  const ShardState& at(size_t index) const { return *states_[index]; }
  ShardState& here() { return *states_[rt::Shard::current().index()]; }
  ShardState& owner_of(const engine::PartitionId& id) { return at(shard_of(id, size())); }
  DiskAccount& disk_account() { return disk_account_; }

 private:
  DiskAccount disk_account_;
  std::vector<std::unique_ptr<ShardState>> states_;
};

}  // namespace kelp::broker
