// The controller's part in shared topics (engine::SharedTopics; kelp.storage=smq): what may be one,
// making them, and those that others made.
#include "base/log.h"
#include "broker/catalog_change.h"
#include "broker/controller.h"
#include "broker/error_map.h"

namespace kelp::broker {
namespace {

/// What the producer's clients wrote without us is key and value, and has the broker's time.
config::TopicOverrides overrides_of_import() {
  config::TopicOverrides overrides;
  overrides.emplace(config::kStorageKey, config::kStorageSmq);
  overrides.emplace(config::kSmqMappingKey, config::kMappingPlain);
  overrides.emplace("message.timestamp.type", "LogAppendTime");
  return overrides;
}

Verdict is_fixed(std::string_view key) {
  return refused(ErrorCode::invalid_config, fmt::format("{} is fixed when a topic is made.", key));
}

}  // namespace

Verdict Controller::judge_storage(const TopicOrder& order,
                                  config::TopicOverrides& overrides) const {
  const config::TopicConfig config =
      config::resolve_topic_config(overrides, *node_defaults_.front());
  if (!config.storage_smq || is_internal_topic(order.name)) {
    overrides.erase(std::string(config::kStorageKey));
    return {};
  }
  // Other defaults later change nothing of it.
  overrides.insert_or_assign(std::string(config::kStorageKey), config::kStorageSmq);
  overrides.emplace(config::kSmqMappingKey,
                    config.smq_plain ? config::kMappingPlain : config::kMappingEnvelope);
  return judge_shared(overrides, partitions_of(order));
}

Verdict Controller::judge_storage(const TopicImage& topic,
                                  config::TopicOverrides& overrides) const {
  if (!topic.is_shared()) {
    const auto storage = overrides.find(config::kStorageKey);
    if (storage == overrides.end()) return {};
    if (storage->second != config::kStorageKelp) return is_fixed(config::kStorageKey);
    overrides.erase(storage);
    return {};
  }
  for (const std::string_view key : {config::kStorageKey, config::kSmqMappingKey}) {
    const auto fixed = topic.overrides.find(key);
    if (fixed == topic.overrides.end()) continue;
    const auto [at, was_absent] = overrides.emplace(fixed->first, fixed->second);
    if (!was_absent && at->second != fixed->second) return is_fixed(key);
  }
  return judge_shared(overrides, topic.partitions.size());
}

Verdict Controller::judge_shared(const config::TopicOverrides& overrides, size_t partitions) const {
  const engine::SharedTopics* shared = engine_.shared_topics();
  if (shared == nullptr) {
    return refused(ErrorCode::invalid_config, "kelp.storage=smq needs kelp.engine=seaweed.");
  }
  if (std::cmp_greater(partitions, shared->max_partitions())) {
    return refused(ErrorCode::invalid_partitions,
                   fmt::format("A topic of kelp.storage=smq has {} partitions at most.",
                               shared->max_partitions()));
  }
  const config::TopicConfig config =
      config::resolve_topic_config(overrides, *node_defaults_.front());
  if (config.cleanup_compact) {
    return refused(
        ErrorCode::invalid_config,
        "kelp.storage=smq: SeaweedMQ's files cannot be compacted, so cleanup.policy=compact "
        "is not possible.");
  }
  engine::SharedTerms terms;
  terms.partitions = static_cast<int32_t>(partitions);
  terms.plain = config.smq_plain;
  if (config.timestamp_type == config::TimestampType::log_append_time) {
    terms.timestamp_type = record::TimestampType::log_append_time;
  }
  auto good = shared->check(terms);
  return good ? Verdict() : refused(ErrorCode::invalid_config, std::move(good.error().what));
}

rt::Task<Verdict> Controller::make_shared_place(TopicDocument& document) {
  const auto partitions = static_cast<int32_t>(document.replicas.size());
  auto place = co_await engine_.shared_topics()->create(document.name, partitions);
  if (!place.has_value()) {
    log_error("create topic {}: {}", document.name, place.error().text());
    co_return refused(
        kafka_error(place.error().kind),
        fmt::format("The topic could not be made in SeaweedMQ: {}", place.error().what));
  }
  document.place = *std::move(place);
  co_return Verdict();
}

rt::Task<void> Controller::import_shared_topics() {
  import_again_ = true;
  if (importing_ || importing_gate_.closed()) co_return;
  importing_ = true;
  const rt::Gate::Pass pass = importing_gate_.enter();
  // A word that comes meanwhile is heard by another look.
  while (std::exchange(import_again_, false) && !importing_gate_.closed()) {
    const Result<void> imported = co_await import_once();
    if (!imported.has_value()) {
      log_error("topics of others are not looked at: {}", imported.error().text());
    }
  }
  importing_ = false;
}

rt::Task<Result<void>> Controller::import_once() {
  const rt::Units turn = co_await turn_.take(1);
  if (stopped_) co_return Result<void>();
  auto found = co_await engine_.shared_topics()->list();
  if (!found.has_value()) co_return std::unexpected(std::move(found.error()));
  const ClusterRef image = shards_.here().image();
  std::vector<engine::Change> changes;
  std::vector<TopicRef> added;
  for (const engine::SharedTopic& each : *found) {
    const TopicRef rival = image->find(each.name);
    if (rival != nullptr && rival->place == each.place) continue;
    if (rival != nullptr || fault_of_topic_name(each.name) || is_internal_topic(each.name)) {
      log_warn("{} is not shown: the name {} is taken, or none", each.place, for_log(each.name));
      continue;
    }
    TopicDocument document;
    document.name = each.name;
    document.id = Uuid::random();
    document.unclean_starts = unclean_starts_;
    document.overrides = overrides_of_import();
    document.place = each.place;
    document.replicas =
        spread_replicas(document.id, static_cast<size_t>(each.partitions), 1, nodes_);
    log_info("the topic {} was made by others: {}", each.name, each.place);
    changes.push_back(put(topic_key(each.name), 0, encode(document)));
    added.push_back(image_of(std::move(document)));
  }
  if (added.empty()) co_return Result<void>();
  co_return co_await make_durable_and_open(std::move(changes), std::move(added));
}

}  // namespace kelp::broker
