#include "config/topic_config.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/assert.h"
#include "config/broker_settings.h"
#include "config/value.h"

namespace kelp::config {
namespace {

TimestampType timestamp_type_of(const Value& value) {
  return std::get<std::string>(value) == "LogAppendTime" ? TimestampType::log_append_time
                                                         : TimestampType::create_time;
}

TopicCompression compression_of(const Value& value) {
  struct Name {
    std::string_view text;
    TopicCompression compression;
  };
  constexpr Name kNames[] = {
      {"uncompressed", TopicCompression::uncompressed},
      {"gzip", TopicCompression::gzip},
      {"snappy", TopicCompression::snappy},
      {"lz4", TopicCompression::lz4},
      {"zstd", TopicCompression::zstd},
  };
  for (const Name& name : kNames) {
    if (name.text == std::get<std::string>(value)) return name.compression;
  }
  return TopicCompression::producer;
}

template <auto field>
void set(TopicConfig& config, const Value& value) {
  auto& to = config.*field;
  using T = std::remove_reference_t<decltype(to)>;
  if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, double>) {
    to = std::get<T>(value);
  } else {
    to = static_cast<T>(std::get<int64_t>(value));  // in range: the row's type says so
  }
}

void set_cleanup(TopicConfig& config, const Value& value) {
  const List& list = std::get<List>(value);
  config.cleanup_delete = std::ranges::find(list, "delete") != list.end();
  config.cleanup_compact = std::ranges::find(list, "compact") != list.end();
}
void set_compression(TopicConfig& config, const Value& value) {
  config.compression = compression_of(value);
}
void set_mapping(TopicConfig& config, const Value& value) {
  config.smq_plain = std::get<std::string>(value) == kMappingPlain;
}
void set_storage(TopicConfig& config, const Value& value) {
  config.storage_smq = std::get<std::string>(value) == kStorageSmq;
}
void set_timestamp_type(TopicConfig& config, const Value& value) {
  config.timestamp_type = timestamp_type_of(value);
}

/// Which field a key sets. Keys of tiered storage and of replication throttling set none.
struct Binding {
  std::string_view name;
  void (*set)(TopicConfig&, const Value&);
};
using C = TopicConfig;
constexpr Binding kBindings[] = {
    {"cleanup.policy", set_cleanup},
    {"compression.gzip.level", set<&C::compression_gzip_level>},
    {"compression.lz4.level", set<&C::compression_lz4_level>},
    {"compression.type", set_compression},
    {"compression.zstd.level", set<&C::compression_zstd_level>},
    {"delete.retention.ms", set<&C::delete_retention_ms>},
    {"file.delete.delay.ms", set<&C::file_delete_delay_ms>},
    {"flush.messages", set<&C::flush_messages>},
    {"flush.ms", set<&C::flush_ms>},
    {"index.interval.bytes", set<&C::index_interval_bytes>},
    {"kelp.disk.budget.floor.bytes", set<&C::disk_budget_floor_bytes>},
    {kSmqMappingKey, set_mapping},
    {kStorageKey, set_storage},
    {"max.compaction.lag.ms", set<&C::max_compaction_lag_ms>},
    {"max.message.bytes", set<&C::max_message_bytes>},
    {"message.timestamp.after.max.ms", set<&C::timestamp_after_max_ms>},
    {"message.timestamp.before.max.ms", set<&C::timestamp_before_max_ms>},
    {"message.timestamp.type", set_timestamp_type},
    {"min.cleanable.dirty.ratio", set<&C::min_cleanable_dirty_ratio>},
    {"min.compaction.lag.ms", set<&C::min_compaction_lag_ms>},
    {"min.insync.replicas", set<&C::min_insync_replicas>},
    {"preallocate", set<&C::preallocate>},
    {"retention.bytes", set<&C::retention_bytes>},
    {"retention.ms", set<&C::retention_ms>},
    {"segment.bytes", set<&C::segment_bytes>},
    {"segment.index.bytes", set<&C::segment_index_bytes>},
    {"segment.jitter.ms", set<&C::segment_jitter_ms>},
    {"segment.ms", set<&C::segment_ms>},
    {"unclean.leader.election.enable", set<&C::unclean_leader_election>},
    // Last: goes before segment.bytes.
    {"internal.segment.bytes", set<&C::segment_bytes>},
};

const Key& broker_key(std::string_view name) {
  const Key* key = find_key(Scope::broker, name);
  KELP_ASSERT(key != nullptr);  // config_test: every synonym is a key
  return *key;
}

/// A broker's value as the topic key's: in its unit (an int of hours fits), and not below its lower
/// bound, which some broker keys do not have (log.retention.hours=-2 is "without end", -1).
Value as_topic_value(Value value, int64_t factor, const Key& key) {
  if (auto* number = std::get_if<int64_t>(&value)) {
    *number = *number < 0 ? *number : *number * factor;
    if (key.check.kind == Check::Kind::at_least) {
      *number = std::max(*number, static_cast<int64_t>(key.check.low));
    }
  }
  return value;
}

Result<void> check_conflicts(const TopicConfig& config) {
  if (config.min_compaction_lag_ms > config.max_compaction_lag_ms) {
    return fail(ErrorKind::invalid,
                fmt::format("conflict topic config setting "
                            "min.compaction.lag.ms ({}) > "
                            "max.compaction.lag.ms ({})",
                            config.min_compaction_lag_ms, config.max_compaction_lag_ms));
  }
  return {};
}

/// Kafka's order: names before values, values in the order of their names.
Result<void> check_entries(const TopicOverrides& overrides) {
  for (const auto& [name, text] : overrides) {
    if (find_key(Scope::topic, name) == nullptr) {
      return fail(ErrorKind::invalid, "Unknown topic config name: " + name);
    }
  }
  for (const auto& [name, text] : overrides) {
    const Key& key = *find_key(Scope::topic, name);
    const auto value = parse_value(key, text);
    if (!value) return std::unexpected(value.error());
    if (key.effect == Effect::refused && *value != default_value(key)) {
      // The one such key is remote.storage.enable; these are Kafka's words without the subsystem.
      return fail(ErrorKind::invalid,
                  "Tiered Storage functionality is disabled in the broker. Topic cannot be "
                  "configured with remote log storage.");
    }
  }
  return {};
}

}  // namespace

Value inherited_value(const Key& key, const BrokerSettings& settings, int32_t node_id) {
  for (const Synonym& synonym : key.synonyms) {
    if (synonym.name.empty()) break;
    Value value = settings.value(broker_key(synonym.name), node_id);
    if (!std::holds_alternative<std::monostate>(value)) {
      return as_topic_value(std::move(value), synonym.factor, key);
    }
  }
  return default_value(key);
}

std::vector<ConfigSynonym> inherited_synonyms(const Key& key, const BrokerSettings& settings,
                                              int32_t node_id) {
  std::vector<ConfigSynonym> all;
  for (const Source source : {Source::dynamic_broker, Source::dynamic_default_broker,
                              Source::static_broker, Source::fallback}) {
    for (const Synonym& synonym : key.synonyms) {
      if (synonym.name.empty()) break;
      for (auto& one : settings.synonyms(broker_key(synonym.name), node_id)) {
        if (one.source == source) all.push_back(std::move(one));
      }
    }
  }
  while (!all.empty() && all.front().source == Source::fallback &&
         all.front().name != key.synonyms.front().name) {
    all.erase(all.begin());
  }
  return all;
}

namespace {

ConfigEntry describe(const Key& key, const TopicOverrides& overrides,
                     const BrokerSettings& settings, int32_t node_id) {
  ConfigEntry entry{&key, {}, Source::fallback, inherited_synonyms(key, settings, node_id)};
  Value value = inherited_value(key, settings, node_id);
  if (const auto own = overrides.find(key.name); own != overrides.end()) {
    auto parsed = parse_value(key, own->second);
    if (parsed) value = *std::move(parsed);
    entry.synonyms.insert(entry.synonyms.begin(),
                          {std::string(key.name), to_text(value), Source::topic});
  }
  if (!entry.synonyms.empty()) entry.source = entry.synonyms.front().source;
  if (!key.is_sensitive() && !std::holds_alternative<std::monostate>(value)) {
    entry.value = to_text(value);
  }
  return entry;
}

}  // namespace

TopicConfig topic_defaults(const BrokerSettings& settings, int32_t node_id) {
  TopicConfig config;
  for (const Binding& binding : kBindings) {
    const Key* key = find_key(Scope::topic, binding.name);
    KELP_ASSERT(key != nullptr);
    const Value value = inherited_value(*key, settings, node_id);
    if (!std::holds_alternative<std::monostate>(value)) binding.set(config, value);
  }
  return config;
}

TopicConfig resolve_topic_config(const TopicOverrides& overrides, const TopicConfig& defaults) {
  TopicConfig config = defaults;
  if (overrides.empty()) return config;
  for (const Binding& binding : kBindings) {
    const auto own = overrides.find(binding.name);
    if (own == overrides.end()) continue;
    const auto value = parse_value(*find_key(Scope::topic, binding.name), own->second);
    if (value) binding.set(config, *value);
  }
  return config;
}

Result<TopicOverrides> validate_topic_overrides(std::span<const NamedText> wanted,
                                                const TopicConfig& defaults) {
  TopicOverrides overrides;
  std::vector<std::string_view> nulls;
  for (const auto& [name, text] : wanted) {
    if (text) {
      overrides.insert_or_assign(std::string(name), std::string(*text));
    } else {
      nulls.push_back(name);
    }
  }
  if (!nulls.empty()) {
    return fail(ErrorKind::invalid, fmt::format("Null value not supported for topic configs: {}",
                                                fmt::join(nulls, ",")));
  }
  if (auto good = check_entries(overrides); !good) return std::unexpected(good.error());
  if (auto good = check_conflicts(resolve_topic_config(overrides, defaults)); !good) {
    return std::unexpected(good.error());
  }
  return overrides;
}

std::vector<ConfigEntry> describe_topic_config(const TopicOverrides& overrides,
                                               const BrokerSettings& settings, int32_t node_id) {
  std::vector<ConfigEntry> entries;
  for (const Key& key : keys(Scope::topic)) {
    const bool own = key.known == Known::kelp && overrides.contains(key.name);
    if (key.known == Known::kafka || own)
      entries.push_back(describe(key, overrides, settings, node_id));
  }
  return entries;
}

std::string documentation(const Key& key) {
  switch (key.effect) {
    case Effect::honoured:
      return std::string(key.doc);
    case Effect::accepted:
      return fmt::format("{}{}No effect here: {}.", key.doc, key.doc.empty() ? "" : " ",
                         key.reason);
    case Effect::refused:
      return fmt::format("{}{}Refused here: {}.", key.doc, key.doc.empty() ? "" : " ", key.reason);
  }
  return {};
}

}  // namespace kelp::config
