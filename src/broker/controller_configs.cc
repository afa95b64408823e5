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

rt::Task<std::vector<Verdict>> Controller::alter_configs(std::vector<ConfigOrder> orders,
                                                         bool validate_only) {
  const rt::Units turn = co_await turn_.take(1);
  ConfigAlteration next;
  next.dynamic = dynamic_;
  std::vector<Verdict> verdicts;
  for (const ConfigOrder& order : orders) {
    if (order.refused != ErrorCode::none) {
      verdicts.push_back(refused(order.refused, order.message));
    } else if (order.resource_type == kTopicResource) {
      verdicts.push_back(judge_topic_configs(order, next));
    } else {
      verdicts.push_back(judge_broker_configs(order, next));
    }
  }
  if (validate_only || (next.topics.empty() && !next.of_brokers)) co_return verdicts;
  const Result<void> made = co_await make_altered(std::move(next));
  if (!made.has_value()) {
    refuse_all(verdicts, made.error(), "The configuration could not be stored.");
  }
  co_return verdicts;
}

rt::Task<Result<void>> Controller::make_altered(ConfigAlteration next) {
  if (stopped_) co_return fail(ErrorKind::closed, "the broker stops");
  std::vector<engine::Change> changes;
  for (const auto& topic : next.topics) {
    auto stored = co_await stored_topic(topic->name);
    if (!stored.has_value()) co_return std::unexpected(std::move(stored.error()));
    stored->document.overrides = topic->overrides;
    changes.push_back(put(topic_key(topic->name), stored->version, encode(stored->document)));
  }
  if (next.of_brokers) {
    changes.push_back(
        put(std::string(kDynamicSettingsKey), dynamic_version_, encode(next.dynamic)));
  }
  auto committed = co_await engine_.catalog().commit(std::move(changes));
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
  for (const auto& topic : next.topics) {
    configure(*topic);
    changed.push_back(topic);
  }
  co_await publish(image.with(changed), changed);
  co_return Result<void>();
}

}  // namespace kelp::broker
