// Broker: the nodes that this process is, their shared state, and the service that answers frames.
// Made by app, which also names the engine. Handlers reach everything through it.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "broker/cluster.h"
#include "broker/controller.h"
#include "broker/disk_budget.h"
#include "broker/log_cleaner.h"
#include "broker/log_retention.h"
#include "broker/shard_state.h"
#include "config/broker_config.h"
#include "net/service.h"

namespace kelp::broker {

/// Where one node can be reached through one listener.
struct NodeAddress {
  std::optional<std::string> advertised_host;  // nothing: the address that the client connected to
  uint16_t port = 0;
};

struct HostAndPort {
  std::string host;
  uint16_t port = 0;
};

class Broker final : public net::Service {
 public:
  /// `nodes`: the configuration of each virtual broker, at least one.
  Broker(engine::Engine& engine, const std::vector<rt::Shard*>& shards,
         const config::BrokerSettings& settings, std::vector<config::BrokerConfig> nodes);

  /// On shard 0, before the first connection.
  rt::Task<Result<void>> start();
  /// By node, then by listener: known once the sockets are bound.
  void set_addresses(std::vector<std::vector<NodeAddress>> addresses) {
    addresses_ = std::move(addresses);
  }
  /// On shard 0: parked requests are answered with what there is, and none is parked any more.
  rt::Task<void> release_waiting();
  bool is_stopping() const { return stopping_.load(std::memory_order_relaxed); }
  /// On shard 0, after the last connection.
  rt::Task<void> stop();

  // net::Service
  void connected(net::Peer& peer) override;
  net::Ordering ordering(Bytes frame) const override;
  rt::Task<net::Answer> serve(std::shared_ptr<net::Peer> peer, Slice frame) override;
  void disconnected(const std::shared_ptr<net::Peer>& peer) override;

  /// The image of the calling shard.
  const ClusterRef& image() { return shards_.here().image(); }
  ShardStates& shards() { return shards_; }
  const config::BrokerConfig& config() const { return nodes_.front(); }

  /// The node that the client talks to.
  BrokerId node_of(const net::Peer& peer) const { return BrokerId(nodes_[peer.node].node_id); }
  /// Where the client finds a node through the listener that it uses itself.
  HostAndPort address_of(BrokerId node, const net::Peer& peer) const;
  /// What the listener is called that the client uses.
  const std::string& listener_name(const net::Peer& peer) const {
    return nodes_[peer.node].listeners[peer.listener].name;
  }

  // The controller, from any shard.
  rt::Task<std::vector<TopicVerdict>> create_topics(std::vector<TopicOrder> orders,
                                                    bool validate_only,
                                                    MutationQuota* quota = nullptr);
  rt::Task<std::vector<ErrorCode>> delete_topics(std::vector<std::string> names,
                                                 MutationQuota* quota = nullptr);
  rt::Task<std::vector<Verdict>> alter_configs(std::vector<ConfigOrder> orders, bool validate_only);
  rt::Task<Verdict> update_features(std::vector<FeatureUpdate> updates, bool validate_only);
  rt::Task<std::vector<Verdict>> create_partitions(std::vector<GrowthOrder> orders,
                                                   bool validate_only,
                                                   MutationQuota* quota = nullptr);
  rt::Task<std::vector<Verdict>> reassign(std::vector<ReassignmentOrder> orders);
  rt::Task<std::vector<Verdict>> alter_quotas(std::vector<auth::QuotaOrder> orders,
                                              bool validate_only);
  rt::Task<Result<int64_t>> next_producer_id();

  /// The cleaner's own timer asks the same: compacts the logs that are due at `now_ms`. From any
  /// shard.
  rt::Task<CleanerCounts> clean_logs(int64_t now_ms);
  /// And what is beyond its retention at `now_ms` is deleted.
  rt::Task<void> apply_retention(int64_t now_ms);
  /// Any thread.
  DiskBudgetNumbers disk_budget_numbers() const { return disk_budget_.numbers(); }

 private:
  const std::vector<config::BrokerConfig> nodes_;
  ShardStates shards_;
  Controller controller_;
  LogCleaner cleaner_;
  LogRetention retention_;
  DiskBudget disk_budget_;
  std::vector<std::vector<NodeAddress>> addresses_;
  std::atomic<bool> stopping_{false};
};

}  // namespace kelp::broker
