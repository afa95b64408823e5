#include "config/broker_description.h"

#include <algorithm>

#include "config/value.h"

namespace kelp::config {
namespace {

/// The topic's key that takes its default from this key before others (retention.ms of
/// log.retention.ms): those others stand behind this key too. Null: the key stands alone.
const Key* first_inheritor(const Key& key) {
  for (const Key& of_topic : keys(Scope::topic)) {
    const auto& synonyms = of_topic.synonyms;
    if (synonyms[0].name == key.name && !synonyms[1].name.empty()) return &of_topic;
  }
  return nullptr;
}

bool is_node_id(const Key& key) { return key.name == "node.id" || key.name == "broker.id"; }

ConfigEntry describe(const Key& key, const BrokerSettings& settings, int32_t node_id) {
  ConfigEntry entry{&key, {}, Source::fallback, {}};
  const Key* inheritor = first_inheritor(key);
  entry.synonyms = inheritor == nullptr ? settings.synonyms(key, node_id)
                                        : inherited_synonyms(*inheritor, settings, node_id);
  if (!entry.synonyms.empty()) entry.source = entry.synonyms.front().source;
  const Value value = settings.value(key, node_id);
  if (!key.is_sensitive() && !std::holds_alternative<std::monostate>(value)) {
    entry.value = to_text(value);
  }
  // Virtual brokers count on from what was set.
  if (is_node_id(key)) entry.value = std::to_string(node_id);
  return entry;
}

}  // namespace

std::vector<ConfigEntry> describe_broker_config(const BrokerSettings& settings, int32_t node_id) {
  std::vector<ConfigEntry> entries;
  if (node_id != kEveryNode) {
    for (const Key& key : keys(Scope::broker)) {
      if (key.known == Known::kafka_3_9) continue;
      ConfigEntry entry = describe(key, settings, node_id);
      // Kafka's internal ones, and those for a while (throttles), are told once they are set.
      const bool is_set = !entry.synonyms.empty() && entry.source != Source::fallback;
      if (key.known != Known::kafka_internal || is_set) entries.push_back(std::move(entry));
    }
    return entries;
  }
  for (const Setting& setting : settings.all()) {
    if (setting.origin != Origin::dynamic_default) continue;
    ConfigEntry& entry = entries.emplace_back(
        setting.key, std::nullopt, Source::dynamic_default_broker, std::vector<ConfigSynonym>{});
    if (!setting.key->is_sensitive()) entry.value = to_text(setting.value);
    entry.synonyms.push_back({std::string(setting.key->name), entry.value, entry.source});
  }
  std::ranges::sort(entries, {}, &ConfigEntry::name);
  return entries;
}

}  // namespace kelp::config
