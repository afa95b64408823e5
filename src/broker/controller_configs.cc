// The controller's changes of configurations: a request's resources are judged one after the other,
// made durable in one commit, published to every shard and to the replicas they touch.
#include "base/log.h"
#include "broker/catalog_change.h"
#include "broker/controller.h"
#include "broker/error_map.h"

namespace kelp::broker {
namespace {

/// Keys that are taken for Kafka's sake are said to be so, as those of a file are at the start.
void say_without_effect(const ConfigTexts& texts) {
  for (const auto& [name, text] : texts) {
    const config::Key* key = config::find_key(config::Scope::broker, name);
    if (key == nullptr || key->effect != config::Effect::accepted) continue;
    log_info("{} is accepted without effect: {}", name, key->reason);
  }
}

}  // namespace

rt::Task<Result<void>> Controller::load_dynamic_settings() {
  const std::string key(kDynamicSettingsKey);
  auto found = co_await engine_.catalog().get(key);
  if (!found.has_value()) co_return std::unexpected(std::move(found.error()));
  if (found->has_value()) {
    auto decoded = decode_dynamic_settings((*found)->body);
    if (!decoded.has_value()) co_return std::unexpected(std::move(decoded.error()));
    dynamic_ = *std::move(decoded);
    dynamic_version_ = (*found)->version;
  }
  settle(dynamic_);
  co_return Result<void>();
}

rt::Task<Result<ResourceConfigs>> Controller::load_resource_configs() {
  ResourceConfigs all;
  for (const ResourceKind& kind : resource_kinds()) {
    const std::string prefix(kind.prefix);
    auto documents = co_await engine_.catalog().list(prefix);
    if (!documents.has_value()) co_return std::unexpected(std::move(documents.error()));
    for (const auto& [key, document] : *documents) {
      auto texts = decode_resource(key, document.body);
      if (!texts.has_value()) co_return std::unexpected(std::move(texts.error()));
      ResourceName resource{kind.type, key.substr(prefix.size())};
      all[std::move(resource)] = *std::move(texts);
    }
  }
  co_return all;
}

void Controller::settle(DynamicSettings dynamic) {
  dynamic_ = std::move(dynamic);
  settings_ = std::make_shared<const config::BrokerSettings>(laid_over(base_settings_, dynamic_));
  node_defaults_.clear();
  for (const NodeImage& node : nodes_) {
    config::TopicConfig defaults = config::topic_defaults(*settings_, node.id.value());
    const bool same = !node_defaults_.empty() && *node_defaults_.front() == defaults;
    node_defaults_.push_back(same ? node_defaults_.front()
                                  : std::make_shared<const config::TopicConfig>(defaults));
  }
}

void Controller::configure(TopicImage& topic) const {
  std::vector<std::shared_ptr<const config::TopicConfig>> by_node;
  for (const auto& defaults : node_defaults_) {
    if (topic.overrides.empty()) {
      by_node.push_back(defaults);
    } else if (!by_node.empty() && defaults == node_defaults_.front()) {
      by_node.push_back(by_node.front());
    } else {
      by_node.push_back(std::make_shared<const config::TopicConfig>(
          config::resolve_topic_config(topic.overrides, *defaults)));
    }
  }
  for (PartitionImage& partition : topic.partitions) {
    const auto leader = std::ranges::find(nodes_, partition.leader, &NodeImage::id);
    partition.config = by_node[static_cast<size_t>(leader - nodes_.begin())];
  }
}

Verdict Controller::judge_topic_configs(const ConfigOrder& order, ConfigAlteration& next) const {
  if (auto fault = fault_of_topic_name(order.resource_name)) {
    return refused(ErrorCode::invalid_topic_exception, *std::move(fault));
  }
  const TopicRef topic = shards_.here().image()->find(order.resource_name);
  const ConfigTexts none;
  const auto in_force = [&](const config::Key& key) -> std::string {
    for (const auto& entry : config::describe_topic_config({}, *settings_)) {
      if (entry.key == &key) return entry.value.value_or("");
    }
    return "";
  };
  auto texts = altered(order, topic == nullptr ? none : topic->overrides, in_force);
  if (!texts.has_value()) return std::move(texts.error());
  std::vector<config::NamedText> wanted(texts->begin(), texts->end());
  auto valid = config::validate_topic_overrides(wanted, *node_defaults_.front());
  if (!valid.has_value()) {
    return refused(ErrorCode::invalid_config, std::move(valid.error().what));
  }
  if (topic == nullptr) {
    return refused(ErrorCode::unknown_topic_or_partition,
                   fmt::format("The topic '{}' does not exist.", order.resource_name));
  }
  Verdict verdict = judge_storage(*topic, *valid);
  if (verdict.error != ErrorCode::none) return verdict;
  auto changed = std::make_shared<TopicImage>(*topic);
  changed->overrides = *std::move(valid);
  next.topics.push_back(std::move(changed));
  return {};
}

Verdict Controller::judge_broker_configs(const ConfigOrder& order, ConfigAlteration& next) const {
  const int32_t node = node_of_resource(order.resource_name);
  const auto in_force = [&](const config::Key& key) {
    return config::to_text(settings_->value(key, node));
  };
  ConfigTexts& present = next.dynamic[node];
  auto texts = altered(order, present, in_force);
  if (!texts.has_value()) return std::move(texts.error());
  Verdict verdict = judge_broker_texts(*settings_, node, *texts);
  if (verdict.error != ErrorCode::none) return verdict;
  present = *std::move(texts);
  next.of_brokers = true;
  return verdict;
}

Verdict Controller::judge_resource_configs(const ConfigOrder& order, ConfigAlteration& next) const {
  const ResourceName resource{order.resource_type, order.resource_name};
  const ResourceConfigs& all = shards_.here().image()->resource_configs();
  const auto found = all.find(resource);
  const ConfigTexts none;
  // None of their keys is a list for those who append, so there is nothing to ask.
  const auto in_force = [](const config::Key&) { return std::string(); };
  auto texts = altered(order, found == all.end() ? none : found->second, in_force);
  if (!texts.has_value()) return std::move(texts.error());
  Verdict verdict = judge_resource_texts(*settings_, order.resource_type, *texts);
  if (verdict.error != ErrorCode::none) return verdict;
  if (*texts != (found == all.end() ? none : found->second)) {
    next.resources[resource] = *std::move(texts);
  }
  return verdict;
}

Verdict Controller::judge_configs(const ConfigOrder& order, ConfigAlteration& next) const {
  if (order.settled.has_value()) return *order.settled;
  switch (order.resource_type) {
    case kTopicResource:
      return judge_topic_configs(order, next);
    case kBrokerResource:
      return judge_broker_configs(order, next);
    default:
      return judge_resource_configs(order, next);
  }
}

rt::Task<std::vector<Verdict>> Controller::alter_configs(std::vector<ConfigOrder> orders,
                                                         bool validate_only) {
  const rt::Units turn = co_await turn_.take(1);
  ConfigAlteration next;
  next.dynamic = dynamic_;
  std::vector<Verdict> verdicts;
  for (const ConfigOrder& order : orders) verdicts.push_back(judge_configs(order, next));
  if (validate_only || next.is_empty()) co_return verdicts;
  const Result<void> made = co_await make_altered(std::move(next));
  if (!made.has_value()) {
    refuse_all(verdicts, made.error(), "The configuration could not be stored.");
  }
  co_return verdicts;
}

rt::Task<Result<std::vector<engine::Change>>> Controller::changes_of(const ConfigAlteration& next) {
  std::vector<engine::Change> changes;
  for (const auto& topic : next.topics) {
    auto stored = co_await stored_topic(topic->name);
    if (!stored.has_value()) co_return std::unexpected(std::move(stored.error()));
    stored->document.overrides = topic->overrides;
    changes.push_back(put(topic_key(topic->name), stored->version, encode(stored->document)));
  }
  for (const auto& [resource, texts] : next.resources) {
    const std::string key = document_key(resource);
    auto stored = co_await engine_.catalog().get(key);
    if (!stored.has_value()) co_return std::unexpected(std::move(stored.error()));
    const uint64_t version = stored->has_value() ? (*stored)->version : 0;
    changes.push_back(texts.empty() ? remove(key, version)
                                    : put(key, version, encode_resource(texts)));
  }
  if (next.of_brokers) {
    changes.push_back(
        put(std::string(kDynamicSettingsKey), dynamic_version_, encode(next.dynamic)));
  }
  co_return changes;
}

rt::Task<Result<void>> Controller::make_altered(ConfigAlteration next) {
  if (stopped_) co_return fail(ErrorKind::closed, "the broker stops");
  auto changes = co_await changes_of(next);
  if (!changes.has_value()) co_return std::unexpected(std::move(changes.error()));
  auto committed = co_await engine_.catalog().commit(*std::move(changes));
  if (!committed.has_value()) co_return committed;
  ClusterImage image = *shards_.here().image();
  std::vector<TopicRef> changed;
  if (next.of_brokers) {
    ++dynamic_version_;
    for (const auto& [node, texts] : next.dynamic) say_without_effect(texts);
    settle(std::move(next.dynamic));
    image = image.with_settings(settings_);
    // The defaults of every topic may be others now.
    std::vector<std::shared_ptr<TopicImage>> all;
    for (const auto& [name, topic] : image.topics()) {
      const bool altered = std::ranges::any_of(
          next.topics, [&](const auto& other) { return other->id == topic->id; });
      if (!altered) all.push_back(std::make_shared<TopicImage>(*topic));
    }
    for (auto& topic : all) next.topics.push_back(std::move(topic));
  }
  if (!next.resources.empty()) {
    ResourceConfigs all = image.resource_configs();
    for (auto& [resource, texts] : next.resources) {
      if (texts.empty()) {
        all.erase(resource);
      } else {
        all[resource] = std::move(texts);
      }
    }
    image = image.with_resource_configs(std::move(all));
  }
  for (const auto& topic : next.topics) {
    configure(*topic);
    changed.push_back(topic);
  }
  co_await publish(image.with(changed), changed);
  co_return Result<void>();
}

}  // namespace kelp::broker
