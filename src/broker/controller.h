// Controller: the one writer of the cluster image. Changes are made one at a time: checked against
// the present image, made durable in the catalog, opened on their shards, published to every shard,
// then answered. A crash in between leaves a change either wholly there or not at all. Owner: shard
// 0; call from anywhere through Broker.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error_code.h"
#include "broker/cluster.h"
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

struct TopicVerdict {
  ErrorCode error = ErrorCode::none;
  std::string message;
  TopicRef topic;  // as it is, or as it would be (validate only)
};

class Controller {
 public:
  Controller(engine::Engine& engine, ShardStates& shards, const config::BrokerConfig& config,
             std::vector<NodeImage> nodes);

  /// Reads the catalog, finishes what a crash interrupted, opens every partition, publishes the
  /// first image.
  rt::Task<Result<void>> start();

  rt::Task<std::vector<TopicVerdict>> create_topics(std::vector<TopicOrder> orders,
                                                    bool validate_only);
  /// By name. Error 3 for one that does not exist.
  rt::Task<std::vector<ErrorCode>> delete_topics(std::vector<std::string> names);

  /// A producer id that was never given before, also after a crash (KIP-98).
  rt::Task<Result<int64_t>> next_producer_id();

  /// Nothing changes any more.
  rt::Task<void> stop();

  const std::string& cluster_id() const { return cluster_id_; }

 private:
  rt::Task<Result<void>> load_cluster_document();
  rt::Task<Result<ClusterImage>> load_topics();
  rt::Task<Result<void>> finish_deletions();
  TopicVerdict judge(const TopicOrder& order) const;
  Result<config::TopicOverrides> overrides_of(const TopicOrder& order) const;
  TopicVerdict judge_counts(const TopicOrder& order, const ClusterImage& image) const;
  int replication_factor_of(const TopicOrder& order) const;
  TopicDocument document_of(const TopicOrder& order, config::TopicOverrides overrides) const;
  rt::Task<Result<void>> make_durable_and_open(std::vector<engine::Change> changes,
                                               std::vector<TopicRef> added);
  TopicRef image_of(TopicDocument document) const;
  rt::Task<Result<void>> open_all(std::vector<TopicRef> topics);
  rt::Task<void> close_all(std::vector<TopicRef> topics);
  rt::Task<void> publish(ClusterImage next);
  rt::Task<void> tell_groups_of_deletion(std::vector<TopicRef> topics);
  rt::Task<Result<void>> drop_logs(Uuid topic_id, size_t partitions);

  engine::Engine& engine_;
  ShardStates& shards_;
  const config::BrokerConfig& config_;
  const std::vector<NodeImage> nodes_;
  std::string cluster_id_;
  int32_t unclean_starts_ = 0;
  /// One change at a time.
  rt::Budget turn_{1};
  bool stopped_ = false;
  int64_t next_producer_id_ = 0;
  int64_t producer_ids_end_ = 0;
};

}  // namespace kelp::broker
