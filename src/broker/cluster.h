// What the cluster looks like: nodes, topics, who leads what. An immutable image; the controller
// makes the next one from it and every shard is handed that before the change is answered, so what
// CreateTopics says Metadata, Produce and Fetch know. Nothing here assumes that there is one
// broker: with --brokers N one process holds N nodes.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/quota_table.h"
#include "base/shared_map.h"
#include "base/strong.h"
#include "base/uuid.h"
#include "broker/features.h"
#include "broker/resource_configs.h"
#include "config/broker_settings.h"
#include "config/topic_config.h"
#include "engine/engine.h"

namespace kelp::broker {

struct NodeImage {
  BrokerId id;
  std::optional<std::string> rack;
};

struct PartitionImage {
  BrokerId leader;
  Epoch leader_epoch;
  std::vector<BrokerId> replicas;  // leader first
  /// The topic's overrides over what the leader's node has; shared wherever it is the same.
  std::shared_ptr<const config::TopicConfig> config;
};

struct TopicImage {
  std::string name;
  Uuid id;
  bool internal = false;
  std::vector<PartitionImage> partitions;
  config::TopicOverrides overrides;
  /// Of a shared topic (engine::SharedTopics); empty: the logs are the engine's own.
  std::string place;

  bool is_shared() const { return !place.empty(); }
  engine::PartitionId partition_id(int32_t index) const { return {id, index}; }
  /// Nothing for an index that the topic does not have.
  const PartitionImage* partition(int32_t index) const {
    if (index < 0 || static_cast<size_t>(index) >= partitions.size()) return nullptr;
    return &partitions[static_cast<size_t>(index)];
  }
};

using TopicRef = std::shared_ptr<const TopicImage>;
/// By name, those that collide (Kafka: '.' is '_' in names of metrics) next to each other.
struct TopicNameOrder {
  bool operator()(std::string_view a, std::string_view b) const;
};
/// The names are those of the topics.
using TopicsByName = SharedMap<std::string_view, TopicRef, TopicNameOrder>;
using SettingsRef = std::shared_ptr<const config::BrokerSettings>;
using ResourceConfigsRef = std::shared_ptr<const ResourceConfigs>;
using QuotasRef = std::shared_ptr<const auth::QuotaTable>;

class ClusterImage {
 public:
  ClusterImage(std::string cluster_id, std::vector<NodeImage> nodes)
      : cluster_id_(std::move(cluster_id)), nodes_(std::move(nodes)) {}

  const std::string& cluster_id() const { return cluster_id_; }
  const std::vector<NodeImage>& nodes() const { return nodes_; }
  /// The node that administrates: the first (Kafka's controller id in Metadata).
  BrokerId controller_id() const { return nodes_.front().id; }
  bool has_node(BrokerId id) const;

  /// The brokers' settings, with what was changed while running.
  const SettingsRef& settings() const { return settings_; }

  /// What was set of groups and client metrics; those of which nothing is set are not there.
  const ResourceConfigs& resource_configs() const { return *resource_configs_; }
  const FeatureLevels& features() const { return features_; }
  /// Counts the images since the start.
  int64_t revision() const { return revision_; }
  /// What clients may use; null when no quota is set.
  const QuotasRef& quotas() const { return quotas_; }

  TopicRef find(std::string_view name) const;
  TopicRef find(const Uuid& id) const;
  const TopicsByName& topics() const { return by_name_; }
  size_t partition_count() const { return partition_count_; }

  /// The next image, which shares most of this one. A topic of the same name is replaced.
  ClusterImage with(const std::vector<TopicRef>& added) const;
  ClusterImage without(const std::vector<std::string>& names) const;
  ClusterImage with_settings(SettingsRef settings) const;
  ClusterImage with_resource_configs(ResourceConfigs configs) const;
  ClusterImage with_features(FeatureLevels features) const;
  ClusterImage with_revision(int64_t revision) const;
  ClusterImage with_quotas(QuotasRef quotas) const;

 private:
  void insert(TopicRef topic);
  void erase(std::string_view name);

  std::string cluster_id_;
  std::vector<NodeImage> nodes_;
  SettingsRef settings_;
  ResourceConfigsRef resource_configs_ = std::make_shared<const ResourceConfigs>();
  FeatureLevels features_;
  QuotasRef quotas_;
  int64_t revision_ = 0;
  TopicsByName by_name_;
  SharedMap<Uuid, TopicRef> by_id_;
  size_t partition_count_ = 0;
};

using ClusterRef = std::shared_ptr<const ClusterImage>;

/// Which of `shards` owns a partition: a hash, so that it needs no table and is the same after a
/// restart.
size_t shard_of(const engine::PartitionId& id, size_t shards);

}  // namespace kelp::broker
