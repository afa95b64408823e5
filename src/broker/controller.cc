#include "broker/controller.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/log.h"
#include "broker/catalog_change.h"
#include "broker/error_map.h"
#include "rt/side_by_side.h"

namespace kelp::broker {
namespace json = boost::json;
namespace {

constexpr std::string_view kClusterKey = "cluster";
constexpr std::string_view kProducerIdsKey = "producer-ids";
/// Ids are taken from the catalog in blocks: one durable write for so many producers (Kafka:
/// 1,000).
constexpr int64_t kProducerIdBlock = 1000;
/// Partitions that a shard opens or closes at the same time: enough to keep the pools for the disk
/// busy.
constexpr size_t kReplicasAtOnce = 16;

}  // namespace

Controller::Controller(engine::Engine& engine, ShardStates& shards,
                       const config::BrokerSettings& settings, const config::BrokerConfig& config,
                       std::vector<NodeImage> nodes)
    : engine_(engine),
      shards_(shards),
      base_settings_(settings),
      config_(config),
      nodes_(std::move(nodes)) {}

rt::Task<Result<void>> Controller::start() {
  auto loaded = co_await load_cluster_document();
  if (!loaded.has_value()) co_return loaded;
  auto settled = co_await load_dynamic_settings();
  if (!settled.has_value()) co_return settled;
  auto levels = co_await load_features();
  if (!levels.has_value()) co_return levels;
  auto finished = co_await finish_deletions();
  if (!finished.has_value()) co_return finished;
  auto image = co_await load_topics();
  if (!image.has_value()) co_return std::unexpected(std::move(image.error()));
  auto quotas = co_await load_quotas();
  if (!quotas.has_value()) co_return std::unexpected(std::move(quotas.error()));
  std::vector<TopicRef> topics;
  for (const auto& [name, topic] : image->topics()) topics.push_back(topic);
  auto opened = co_await open_all(std::move(topics));
  if (!opened.has_value()) co_return opened;
  co_await publish(image->with_quotas(*std::move(quotas)));
  if (engine::SharedTopics* shared = engine_.shared_topics()) {
    // A word may come when a start has failed and we are gone.
    shared->on_new([this, alive = std::weak_ptr<int>(alive_)] {
      if (!alive.expired()) import_shared_topics().detach();
    });
    co_await import_shared_topics();
  }
  co_return Result<void>();
}

rt::Task<Result<void>> Controller::load_cluster_document() {
  const std::string key(kClusterKey);
  auto found = co_await engine_.catalog().get(key);
  if (!found.has_value()) co_return std::unexpected(std::move(found.error()));
  uint64_t version = 0;
  if (found->has_value()) {
    version = (*found)->version;
    try {
      const json::value value = json::parse((*found)->body);
      cluster_id_ = json::value_to<std::string>(value.at("cluster_id"));
      unclean_starts_ = json::value_to<int32_t>(value.at("unclean_starts"));
    } catch (const std::exception& error) {
      co_return fail(ErrorKind::malformed,
                     std::string("catalog document cluster: ") + error.what());
    }
    if (!engine_.recovered_unclean()) co_return Result<void>();
    // What was not synced may be gone: readers learn it from a new leader epoch (KIP-101).
    ++unclean_starts_;
  } else {
    cluster_id_ = Uuid::random().text();
  }
  json::object document;
  document["cluster_id"] = cluster_id_;
  document["unclean_starts"] = unclean_starts_;
  std::vector<engine::Change> changes;
  changes.push_back(put(key, version, json::serialize(document)));
  co_return co_await engine_.catalog().commit(std::move(changes));
}

rt::Task<Result<ClusterImage>> Controller::load_topics() {
  auto documents = co_await engine_.catalog().list("topics/");
  if (!documents.has_value()) co_return std::unexpected(std::move(documents.error()));
  std::vector<TopicRef> topics;
  for (const auto& [key, document] : *documents) {
    auto topic = decode_topic(key, document.body);
    if (!topic.has_value()) co_return std::unexpected(std::move(topic.error()));
    topics.push_back(image_of(*std::move(topic)));
  }
  auto resources = co_await load_resource_configs();
  if (!resources.has_value()) co_return std::unexpected(std::move(resources.error()));
  const ClusterImage fresh(cluster_id_, nodes_);
  co_return fresh.with_settings(settings_)
      .with_resource_configs(*std::move(resources))
      .with_features(features_)
      .with(topics);
}

TopicRef Controller::image_of(TopicDocument document) const {
  auto topic = std::make_shared<TopicImage>();
  topic->name = std::move(document.name);
  topic->id = document.id;
  topic->internal = is_internal_topic(topic->name);
  topic->overrides = std::move(document.overrides);
  topic->place = std::move(document.place);
  for (auto& replicas : document.replicas) {
    PartitionImage& partition = topic->partitions.emplace_back();
    // The preferred leader, if it is one of the nodes of this start (--brokers may have shrunk).
    partition.leader = replicas.front();
    for (const BrokerId node : replicas) {
      const bool alive = std::ranges::find(nodes_, node, &NodeImage::id) != nodes_.end();
      if (alive) partition.replicas.push_back(node);
    }
    if (partition.replicas.empty()) partition.replicas.push_back(nodes_.front().id);
    partition.leader = partition.replicas.front();
    partition.leader_epoch = Epoch(unclean_starts_ - document.unclean_starts);
  }
  configure(*topic);
  return topic;
}

std::vector<std::pair<TopicRef, int32_t>> Controller::partitions_on(
    const ShardState& state, const std::vector<TopicRef>& topics) {
  std::vector<std::pair<TopicRef, int32_t>> mine;
  for (const TopicRef& topic : topics) {
    for (size_t i = 0; i < topic->partitions.size(); ++i) {
      const auto index = static_cast<int32_t>(i);
      if (&shards_.owner_of(topic->partition_id(index)) == &state) mine.emplace_back(topic, index);
    }
  }
  return mine;
}

rt::Task<Result<void>> Controller::open_all(std::vector<TopicRef> topics) {
  // Every shard opens its own, all shards at once.
  std::vector<rt::Task<Result<void>>> opening;
  for (size_t i = 0; i < shards_.size(); ++i) {
    ShardState& state = shards_.at(i);
    auto open_here = [this, &state, &topics]() -> rt::Task<Result<void>> {
      const auto mine = partitions_on(state, topics);
      auto open_one = [this, &state, &mine](size_t which) -> rt::Task<Result<void>> {
        const TopicRef topic = mine[which].first;
        const int32_t index = mine[which].second;
        const engine::PartitionId id = topic->partition_id(index);
        if (state.find(id) != nullptr) co_return Result<void>();
        auto replica = co_await Replica::open(engine_, config_, state.disk_room(), topic, index);
        if (!replica.has_value()) co_return std::unexpected(std::move(replica.error()));
        state.insert(id, *std::move(replica));
        if (topic->name == kOffsetsTopic) state.host_groups(id, config_);
        co_return Result<void>();
      };
      co_return co_await rt::side_by_side(mine.size(), kReplicasAtOnce, open_one);
    };
    opening.push_back(rt::call_on(state.shard(), open_here));
  }
  Result<void> outcome;
  for (auto& task : opening) {
    auto opened = co_await task;
    if (!opened.has_value()) outcome = std::move(opened);
  }
  co_return outcome;
}

rt::Task<uint64_t> Controller::close_all(std::vector<TopicRef> topics) {
  std::vector<rt::Task<uint64_t>> closing;
  for (size_t i = 0; i < shards_.size(); ++i) {
    ShardState& state = shards_.at(i);
    auto close_here = [this, &state, &topics]() -> rt::Task<uint64_t> {
      uint64_t bytes = 0;
      const auto mine = partitions_on(state, topics);
      auto close_one = [&state, &mine, &bytes](size_t which) -> rt::Task<Result<void>> {
        const engine::PartitionId id = mine[which].first->partition_id(mine[which].second);
        state.abandon_groups(id);
        const std::shared_ptr<Replica> replica = state.take(id);
        if (replica == nullptr) co_return Result<void>();
        co_await replica->close();
        bytes += replica->leave_disk_share();
        co_return Result<void>();
      };
      const Result<void> closed =
          co_await rt::side_by_side(mine.size(), kReplicasAtOnce, close_one);
      KELP_ASSERT(closed.has_value());
      co_return bytes;
    };
    closing.push_back(rt::call_on(state.shard(), close_here));
  }
  uint64_t bytes = 0;
  for (auto& task : closing) bytes += co_await task;
  co_return bytes;
}

rt::Task<void> Controller::publish(ClusterImage next, std::vector<TopicRef> changed) {
  const auto image = std::make_shared<const ClusterImage>(next.with_revision(++revision_));
  std::vector<rt::Task<void>> publishing;
  for (size_t i = 0; i < shards_.size(); ++i) {
    ShardState& state = shards_.at(i);
    auto set_here = [&state, &image, &changed]() -> rt::Task<void> {
      state.set_image(image);
      for (const TopicRef& topic : changed) state.update_replicas(topic);
      co_return;
    };
    publishing.push_back(rt::call_on(state.shard(), set_here));
  }
  for (auto& task : publishing) co_await task;
}

rt::Task<void> Controller::tell_groups_of_deletion(std::vector<TopicRef> topics) {
  for (size_t i = 0; i < shards_.size(); ++i) {
    ShardState& state = shards_.at(i);
    auto tell_here = [&state, &topics]() -> rt::Task<void> {
      for (const TopicRef& topic : topics) state.tell_groups_of_deletion(topic->name);
      co_return;
    };
    co_await rt::call_on(state.shard(), tell_here);
  }
}

rt::Task<std::vector<TopicVerdict>> Controller::create_topics(std::vector<TopicOrder> orders,
                                                              bool validate_only,
                                                              MutationQuota* quota) {
  const rt::Units turn = co_await turn_.take(1);
  std::vector<TopicVerdict> verdicts;
  std::vector<engine::Change> changes;
  std::vector<TopicRef> added;
  TopicsByName added_by_name;
  for (const TopicOrder& order : orders) {
    config::TopicOverrides overrides;
    TopicVerdict verdict(judge(order, added_by_name, overrides));
    if (verdict.error == ErrorCode::none) {
      TopicDocument document = document_of(order, std::move(overrides));
      if (!allows(quota, document.replicas.size())) {
        verdicts.emplace_back(refused(ErrorCode::throttling_quota_exceeded, ""));
        continue;
      }
      if (!validate_only && document.overrides.contains(config::kStorageKey)) {
        Verdict made = co_await make_shared_place(document);
        if (made.error != ErrorCode::none) {
          verdicts.emplace_back(std::move(made));
          continue;
        }
      }
      if (!validate_only) changes.push_back(put(topic_key(order.name), 0, encode(document)));
      verdict.topic = image_of(std::move(document));
      added.push_back(verdict.topic);
      added_by_name.put(verdict.topic->name, verdict.topic);
    }
    verdicts.push_back(std::move(verdict));
  }
  if (validate_only || changes.empty()) co_return verdicts;

  Result<void> made = co_await make_durable_and_open(std::move(changes), added);
  if (!made.has_value()) refuse_all(verdicts, made.error(), "The topic could not be stored.");
  co_return verdicts;
}

rt::Task<Result<void>> Controller::make_durable_and_open(std::vector<engine::Change> changes,
                                                         std::vector<TopicRef> added) {
  if (stopped_) co_return fail(ErrorKind::closed, "the broker stops");
  auto committed = co_await engine_.catalog().commit(std::move(changes));
  if (!committed.has_value()) co_return committed;
  auto opened = co_await open_all(added);
  co_await publish(shards_.here().image()->with(added), added);
  co_return opened;
}

rt::Task<std::vector<ErrorCode>> Controller::delete_topics(std::vector<std::string> names,
                                                           MutationQuota* quota) {
  const rt::Units turn = co_await turn_.take(1);
  std::vector<ErrorCode> outcomes;
  std::vector<TopicRef> topics;
  std::vector<engine::Change> changes;
  const ClusterRef image = shards_.here().image();
  for (const std::string& name : names) {
    const TopicRef topic = image->find(name);
    outcomes.push_back(topic == nullptr ? ErrorCode::unknown_topic_or_partition : ErrorCode::none);
    if (topic == nullptr) continue;
    if (!allows(quota, topic->partitions.size())) {
      outcomes.back() = ErrorCode::throttling_quota_exceeded;
      continue;
    }
    auto document = co_await engine_.catalog().get(topic_key(name));
    if (!document.has_value() || !document->has_value()) {
      outcomes.back() = ErrorCode::kafka_storage_error;
      continue;
    }
    changes.push_back(remove(topic_key(name), (*document)->version));
    changes.push_back(put(deleting_key(topic->id), 0, (*document)->body));
    topics.push_back(topic);
  }
  if (topics.empty() || stopped_) co_return outcomes;
  const Result<void> committed = co_await engine_.catalog().commit(std::move(changes));
  if (!committed.has_value()) {
    log_error("delete topics: {}", committed.error().text());
    for (ErrorCode& outcome : outcomes) {
      if (outcome == ErrorCode::none) outcome = kafka_error(committed.error().kind);
    }
    co_return outcomes;
  }
  std::vector<std::string> gone;
  for (const TopicRef& topic : topics) gone.push_back(topic->name);
  co_await publish(image->without(gone));
  const uint64_t bytes = co_await close_all(topics);
  co_await tell_groups_of_deletion(topics);
  for (const TopicRef& topic : topics) {
    const Result<void> dropped =
        co_await drop_logs(topic->id, topic->partitions.size(), topic->place);
    // The document under deleting/ stays: the next start finishes it.
    if (!dropped.has_value()) log_error("delete {}: {}", topic->name, dropped.error().text());
  }
  shards_.disk_account().subtract(bytes);
  co_return outcomes;
}

rt::Task<Result<void>> Controller::drop_logs(Uuid topic_id, size_t partitions, std::string place) {
  for (size_t index = 0; index < partitions; ++index) {
    engine::PartitionId id;
    id.topic_id = topic_id;
    id.index = static_cast<int32_t>(index);
    auto dropped = co_await engine_.drop(id);
    if (!dropped.has_value()) co_return dropped;
  }
  if (engine::SharedTopics* shared = engine_.shared_topics(); shared != nullptr && !place.empty()) {
    auto dropped = co_await shared->drop(std::move(place));
    if (!dropped.has_value()) co_return dropped;
  }
  std::vector<engine::Change> changes;
  changes.push_back(remove(deleting_key(topic_id), 1));
  co_return co_await engine_.catalog().commit(std::move(changes));
}

rt::Task<Result<Controller::StoredTopic>> Controller::stored_topic(std::string name) {
  const std::string key = topic_key(name);
  auto found = co_await engine_.catalog().get(key);
  if (!found.has_value()) co_return std::unexpected(std::move(found.error()));
  if (!found->has_value()) co_return fail(ErrorKind::io, key + " is not in the catalog");
  auto document = decode_topic(key, (*found)->body);
  if (!document.has_value()) co_return std::unexpected(std::move(document.error()));
  StoredTopic stored;
  stored.document = *std::move(document);
  stored.version = (*found)->version;
  co_return stored;
}

rt::Task<Result<void>> Controller::finish_deletions() {
  auto documents = co_await engine_.catalog().list("deleting/");
  if (!documents.has_value()) co_return std::unexpected(std::move(documents.error()));
  for (const auto& [key, document] : *documents) {
    auto topic = decode_topic(key, document.body);
    if (!topic.has_value()) co_return std::unexpected(std::move(topic.error()));
    log_info("finishing the deletion of topic {}", topic->name);
    auto dropped = co_await drop_logs(topic->id, topic->replicas.size(), topic->place);
    if (!dropped.has_value()) co_return dropped;
  }
  co_return Result<void>();
}

rt::Task<Result<int64_t>> Controller::next_producer_id() {
  const rt::Units turn = co_await turn_.take(1);
  if (next_producer_id_ < producer_ids_end_) co_return next_producer_id_++;
  const std::string key(kProducerIdsKey);
  auto found = co_await engine_.catalog().get(key);
  if (!found.has_value()) co_return std::unexpected(std::move(found.error()));
  int64_t first = 0;
  uint64_t version = 0;
  if (found->has_value()) {
    version = (*found)->version;
    try {
      first = json::value_to<int64_t>(json::parse((*found)->body).at("next"));
    } catch (const std::exception& error) {
      co_return fail(ErrorKind::malformed,
                     std::string("catalog document producer-ids: ") + error.what());
    }
  }
  json::object document;
  document["next"] = first + kProducerIdBlock;
  std::vector<engine::Change> changes;
  changes.push_back(put(key, version, json::serialize(document)));
  auto committed = co_await engine_.catalog().commit(std::move(changes));
  if (!committed.has_value()) co_return std::unexpected(std::move(committed.error()));
  next_producer_id_ = first;
  producer_ids_end_ = first + kProducerIdBlock;
  co_return next_producer_id_++;
}

rt::Task<void> Controller::stop() {
  if (engine::SharedTopics* shared = engine_.shared_topics()) shared->on_new(nullptr);
  co_await importing_gate_.close();
  const rt::Units turn = co_await turn_.take(1);
  stopped_ = true;
  std::vector<TopicRef> topics;
  for (const auto& [name, topic] : shards_.here().image()->topics()) topics.push_back(topic);
  co_await close_all(std::move(topics));
}

}  // namespace kelp::broker
