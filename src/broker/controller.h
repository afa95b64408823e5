// Controller: the one writer of the cluster image. Changes are made one at a time: checked against
// the present image, made durable in the catalog, opened on their shards, published to every shard,
// then answered. A crash in between leaves a change either wholly there or not at all. Owner: shard
// 0; call from anywhere through Broker.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "auth/quota_alteration.h"
#include "base/error_code.h"
#include "broker/cluster.h"
#include "broker/config_orders.h"
#include "broker/mutation_quota.h"
#include "broker/shard_state.h"
#include "broker/topic_document.h"
#include "broker/topic_rules.h"
#include "config/broker_config.h"
#include "rt/wait.h"

namespace kelp::broker {

/// A topic to be made. -1 means: the broker's default.
struct TopicOrder {
  std::string name;
  int32_t partitions = -1;
  int16_t replication_factor = -1;
  /// (partition index, replicas) as the client wants them; empty: we choose.
  Assignments assignments;
  /// As the client wrote them; they are judged with the rest of the order.
  std::vector<std::pair<std::string, std::optional<std::string>>> configs;
  /// Said by the caller before the controller was asked (duplicates in one request, null values).
  ErrorCode refused = ErrorCode::none;
  std::string message;
};

struct TopicVerdict : Verdict {
  TopicVerdict() = default;
  explicit TopicVerdict(Verdict verdict) : Verdict(std::move(verdict)) {}
  TopicRef topic;  // as it is, or as it would be (validate only)
};

/// More partitions of a topic.
struct GrowthOrder {
  std::string topic;
  int32_t partitions = 0;  // then, in all
  /// Replicas of each new partition; nothing: we choose.
  std::optional<std::vector<std::vector<BrokerId>>> assignments;
  ErrorCode refused = ErrorCode::none;  // as in TopicOrder
  std::string message;
};

/// Other replicas of a partition; nothing: whatever is under way is cancelled.
struct ReassignmentOrder {
  std::string topic;
  int32_t partition = 0;
  std::optional<std::vector<BrokerId>> replicas;
  bool may_change_factor = true;
};

class Controller {
 public:
  Controller(engine::Engine& engine, ShardStates& shards, const config::BrokerSettings& settings,
             const config::BrokerConfig& config, std::vector<NodeImage> nodes);

  /// Reads the catalog, finishes what a crash interrupted, opens every partition, publishes the
  /// first image.
  rt::Task<Result<void>> start();

  // `quota` may be null; what it does not allow is refused with 89.
  rt::Task<std::vector<TopicVerdict>> create_topics(std::vector<TopicOrder> orders,
                                                    bool validate_only, MutationQuota* quota);
  /// By name. Error 3 for one that does not exist.
  rt::Task<std::vector<ErrorCode>> delete_topics(std::vector<std::string> names,
                                                 MutationQuota* quota);

  rt::Task<std::vector<Verdict>> create_partitions(std::vector<GrowthOrder> orders,
                                                   bool validate_only, MutationQuota* quota);

  rt::Task<std::vector<Verdict>> reassign(std::vector<ReassignmentOrder> orders);

  /// One verdict an order. All that are right become durable in one commit and hold when it
  /// returns.
  rt::Task<std::vector<Verdict>> alter_configs(std::vector<ConfigOrder> orders, bool validate_only);

  /// All of the updates or none.
  rt::Task<Verdict> update_features(std::vector<FeatureUpdate> updates, bool validate_only);
  /// One verdict an order, of distinct entities. As alter_configs.
  rt::Task<std::vector<Verdict>> alter_quotas(std::vector<auth::QuotaOrder> orders,
                                              bool validate_only);

  /// A producer id that was never given before, also after a crash (KIP-98).
  rt::Task<Result<int64_t>> next_producer_id();

  /// Nothing changes any more.
  rt::Task<void> stop();

  const std::string& cluster_id() const { return cluster_id_; }

 private:
  /// What the orders of a request come to.
  struct ConfigAlteration {
    std::vector<std::shared_ptr<TopicImage>> topics;
    DynamicSettings dynamic;
    bool of_brokers = false;
    ResourceConfigs resources;  // those that change, as they will be

    bool is_empty() const { return topics.empty() && !of_brokers && resources.empty(); }
  };
  struct StoredTopic {
    TopicDocument document;
    uint64_t version = 0;
  };

  rt::Task<Result<void>> load_cluster_document();
  rt::Task<Result<void>> load_dynamic_settings();
  rt::Task<Result<ResourceConfigs>> load_resource_configs();
  rt::Task<Result<void>> load_features();
  rt::Task<Result<QuotasRef>> load_quotas();
  bool allows(MutationQuota* quota, size_t partitions);
  void settle(DynamicSettings dynamic);
  void configure(TopicImage& topic) const;
  rt::Task<Result<StoredTopic>> stored_topic(std::string name);
  Verdict judge_topic_configs(const ConfigOrder& order, ConfigAlteration& next) const;
  Verdict judge_broker_configs(const ConfigOrder& order, ConfigAlteration& next) const;
  Verdict judge_resource_configs(const ConfigOrder& order, ConfigAlteration& next) const;
  Verdict judge_configs(const ConfigOrder& order, ConfigAlteration& next) const;
  rt::Task<Result<void>> make_altered(ConfigAlteration next);
  rt::Task<Result<std::vector<engine::Change>>> changes_of(const ConfigAlteration& next);
  rt::Task<Result<ClusterImage>> load_topics();
  rt::Task<Result<void>> finish_deletions();
  // controller_shared.cc
  /// kelp.storage of a topic that is made, fixed in its overrides; then whether it can be so.
  Verdict judge_storage(const TopicOrder& order, config::TopicOverrides& overrides) const;
  /// Of a topic that is there: its storage stays, and in the overrides.
  Verdict judge_storage(const TopicImage& topic, config::TopicOverrides& overrides) const;
  Verdict judge_shared(const config::TopicOverrides& overrides, size_t partitions) const;
  /// Makes the shared topic of the document and says in it where it is.
  rt::Task<Verdict> make_shared_place(TopicDocument& document);
  /// Lets the topics that others made appear.
  rt::Task<void> import_shared_topics();
  rt::Task<Result<void>> import_once();
  /// `added`: those that the request makes before it. Sets what the topic's configuration will be.
  Verdict judge(const TopicOrder& order, const TopicsByName& added,
                config::TopicOverrides& overrides) const;
  Verdict judge_name(const TopicOrder& order, const TopicsByName& added) const;
  /// `room`: how many partitions the request may still make.
  Verdict judge_growth(const GrowthOrder& order, int64_t& room) const;
  Verdict judge_reassignment(const ReassignmentOrder& order) const;
  rt::Task<Result<void>> make_reassigned(std::vector<ReassignmentOrder> orders);
  void grow(TopicDocument& document, const GrowthOrder& order) const;
  Result<config::TopicOverrides> overrides_of(const TopicOrder& order) const;
  Verdict judge_counts(const TopicOrder& order, const ClusterImage& image) const;
  size_t partitions_of(const TopicOrder& order) const;
  int replication_factor_of(const TopicOrder& order) const;
  TopicDocument document_of(const TopicOrder& order, config::TopicOverrides overrides) const;
  rt::Task<Result<void>> make_durable_and_open(std::vector<engine::Change> changes,
                                               std::vector<TopicRef> added);
  TopicRef image_of(TopicDocument document) const;
  /// Those of the topics' partitions that belong to this shard.
  std::vector<std::pair<TopicRef, int32_t>> partitions_on(const ShardState& state,
                                                          const std::vector<TopicRef>& topics);
  rt::Task<Result<void>> open_all(std::vector<TopicRef> topics);
  /// How many bytes of the disk account their logs go on taking, until they are dropped.
  rt::Task<uint64_t> close_all(std::vector<TopicRef> topics);
  /// Every shard gets the image, the replicas of `changed` their topic's.
  rt::Task<void> publish(ClusterImage next, std::vector<TopicRef> changed = {});
  rt::Task<void> tell_groups_of_deletion(std::vector<TopicRef> topics);
  rt::Task<Result<void>> drop_logs(Uuid topic_id, size_t partitions, std::string place);

  engine::Engine& engine_;
  ShardStates& shards_;
  const config::BrokerSettings& base_settings_;  // as of the start
  const config::BrokerConfig& config_;
  const std::vector<NodeImage> nodes_;
  DynamicSettings dynamic_;
  uint64_t dynamic_version_ = 0;  // of its document
  SettingsRef settings_;          // both together
  /// By node: what a topic without overrides has; the same object where it is the same.
  std::vector<std::shared_ptr<const config::TopicConfig>> node_defaults_;
  FeatureLevels features_;
  uint64_t features_version_ = 0;                         // of its document
  int64_t revision_ = 0;                                  // of the last image
  std::map<auth::QuotaEntity, uint64_t> quota_versions_;  // of their documents
  std::string cluster_id_;
  int32_t unclean_starts_ = 0;
  /// One change at a time.
  rt::Budget turn_{1};
  bool stopped_ = false;
  bool importing_ = false, import_again_ = false;
  rt::Gate importing_gate_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
  int64_t next_producer_id_ = 0;
  int64_t producer_ids_end_ = 0;
};

}  // namespace kelp::broker
