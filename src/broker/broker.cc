#include "broker/broker.h"

#include "base/log.h"
#include "broker/client_quotas.h"

namespace kelp::broker {
namespace {

std::vector<NodeImage> images_of(const std::vector<config::BrokerConfig>& nodes) {
  std::vector<NodeImage> images;
  for (const config::BrokerConfig& node : nodes) {
    NodeImage& image = images.emplace_back();
    image.id = BrokerId(node.node_id);
    image.rack = node.rack;
  }
  return images;
}

auth::QuotaWindows windows_of(int32_t count, int32_t seconds) {
  auth::QuotaWindows windows;
  windows.count = count;
  windows.window_ms = int64_t{seconds} * 1000;
  return windows;
}

}  // namespace

Broker::Broker(engine::Engine& engine, const std::vector<rt::Shard*>& shards,
               const config::BrokerSettings& settings, std::vector<config::BrokerConfig> nodes)
    : nodes_(std::move(nodes)),
      shards_(shards,
              windows_of(nodes_.front().quota_window_num, nodes_.front().quota_window_size_seconds),
              windows_of(nodes_.front().controller_quota_window_num,
                         nodes_.front().controller_quota_window_size_seconds)),
      controller_(engine, shards_, settings, nodes_.front(), images_of(nodes_)),
      cleaner_(shards_, nodes_.front()),
      retention_(shards_, nodes_.front()),
      disk_budget_(shards_, nodes_.front()) {
  for (const config::BrokerConfig& node : nodes_) {
    const auto slots = static_cast<size_t>(node.max_fetch_session_slots);
    for (size_t i = 0; i < shards_.size(); ++i) {
      const size_t rest = i < slots % shards_.size() ? 1 : 0;
      shards_.at(i).add_fetch_sessions(slots / shards_.size() + rest, shards_.size());
    }
  }
}

rt::Task<Result<void>> Broker::start() {
  auto started = co_await controller_.start();
  if (!started.has_value()) co_return started;
  cleaner_.start();
  retention_.start();
  disk_budget_.start();
  co_return started;
}

rt::Task<void> Broker::stop() {
  co_await cleaner_.stop();
  co_await retention_.stop();
  co_await disk_budget_.stop();
  co_await controller_.stop();
}

rt::Task<void> Broker::release_waiting() {
  stopping_.store(true, std::memory_order_relaxed);
  for (size_t i = 0; i < shards_.size(); ++i) {
    ShardState& state = shards_.at(i);
    auto there = [&state]() -> rt::Task<void> {
      state.release_waiting();
      co_return;
    };
    co_await rt::call_on(state.shard(), there);
  }
}

void Broker::connected(net::Peer& peer) {
  charge_connection(shards_.here(), *image(), node_of(peer).value(), peer);
}

void Broker::disconnected(const std::shared_ptr<net::Peer>& peer) {
  shards_.here().peer_left(peer->id);
}

HostAndPort Broker::address_of(BrokerId node, const net::Peer& peer) const {
  const auto index = static_cast<size_t>(node.value() - nodes_.front().node_id);
  HostAndPort result;
  if (index >= addresses_.size()) return result;
  const NodeAddress& address = addresses_[index][peer.listener];
  result.host = address.advertised_host.value_or(peer.local_host);
  result.port = address.port;
  return result;
}

rt::Task<std::vector<TopicVerdict>> Broker::create_topics(std::vector<TopicOrder> orders,
                                                          bool validate_only,
                                                          MutationQuota* quota) {
  auto there = [&] { return controller_.create_topics(std::move(orders), validate_only, quota); };
  co_return co_await rt::call_on(shards_.at(0).shard(), there);
}

rt::Task<std::vector<ErrorCode>> Broker::delete_topics(std::vector<std::string> names,
                                                       MutationQuota* quota) {
  auto there = [&] { return controller_.delete_topics(std::move(names), quota); };
  co_return co_await rt::call_on(shards_.at(0).shard(), there);
}

rt::Task<std::vector<Verdict>> Broker::alter_configs(std::vector<ConfigOrder> orders,
                                                     bool validate_only) {
  auto there = [&]() -> rt::Task<std::vector<Verdict>> {
    auto verdicts = co_await controller_.alter_configs(std::move(orders), validate_only);
    disk_budget_.configure();
    co_return verdicts;
  };
  co_return co_await rt::call_on(shards_.at(0).shard(), there);
}

rt::Task<Verdict> Broker::update_features(std::vector<FeatureUpdate> updates, bool validate_only) {
  auto there = [&] { return controller_.update_features(std::move(updates), validate_only); };
  co_return co_await rt::call_on(shards_.at(0).shard(), there);
}

rt::Task<std::vector<Verdict>> Broker::create_partitions(std::vector<GrowthOrder> orders,
                                                         bool validate_only, MutationQuota* quota) {
  auto there = [&] {
    return controller_.create_partitions(std::move(orders), validate_only, quota);
  };
  co_return co_await rt::call_on(shards_.at(0).shard(), there);
}

rt::Task<std::vector<Verdict>> Broker::reassign(std::vector<ReassignmentOrder> orders) {
  auto there = [&] { return controller_.reassign(std::move(orders)); };
  co_return co_await rt::call_on(shards_.at(0).shard(), there);
}

rt::Task<std::vector<Verdict>> Broker::alter_quotas(std::vector<auth::QuotaOrder> orders,
                                                    bool validate_only) {
  auto there = [&] { return controller_.alter_quotas(std::move(orders), validate_only); };
  co_return co_await rt::call_on(shards_.at(0).shard(), there);
}

rt::Task<Result<int64_t>> Broker::next_producer_id() {
  auto there = [this] { return controller_.next_producer_id(); };
  co_return co_await rt::call_on(shards_.at(0).shard(), there);
}

rt::Task<void> Broker::apply_retention(int64_t now_ms) {
  auto there = [this, now_ms] { return retention_.apply(now_ms); };
  co_await rt::call_on(shards_.at(0).shard(), there);
}

rt::Task<CleanerCounts> Broker::clean_logs(int64_t now_ms) {
  auto there = [this, now_ms]() -> rt::Task<CleanerCounts> {
    co_await cleaner_.clean_due(now_ms);
    co_return cleaner_.counts();
  };
  co_return co_await rt::call_on(shards_.at(0).shard(), there);
}

}  // namespace kelp::broker
