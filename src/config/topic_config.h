// What a topic's configuration is: its own overrides over the broker's settings over the defaults,
// as a typed struct for those who enforce it, and entry by entry for those who ask (CreateTopics
// v5+, DescribeConfigs). Values; copied to where a topic's state lives.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/key.h"
#include "config/value.h"

namespace kelp::config {

class BrokerSettings;

/// A topic's own keys, as text. Ordered by name.
using TopicOverrides = std::map<std::string, std::string, std::less<>>;

/// Where a topic's records are, and how: fixed when it is made.
inline constexpr std::string_view kStorageKey = "kelp.storage";
inline constexpr std::string_view kStorageKelp = "kelp", kStorageSmq = "smq";
inline constexpr std::string_view kSmqMappingKey = "kelp.smq.mapping";
inline constexpr std::string_view kMappingEnvelope = "envelope", kMappingPlain = "plain";

enum class TimestampType : uint8_t { create_time, log_append_time };
/// Values of compression.type. `producer` keeps what the producer sent.
enum class TopicCompression : uint8_t { producer, uncompressed, gzip, snappy, lz4, zstd };

/// Defaults here are Kafka's; a broker's own are in BrokerConfig::topic_defaults.
struct TopicConfig {
  int32_t max_message_bytes = 1048588;  // a whole batch, with its 12-byte prefix
  TimestampType timestamp_type = TimestampType::create_time;
  int64_t timestamp_before_max_ms = INT64_MAX;
  int64_t timestamp_after_max_ms = 3600000;
  bool cleanup_delete = true;
  bool cleanup_compact = false;
  int32_t segment_bytes = 1073741824;  // internal.segment.bytes, when set, goes before
  int64_t segment_ms = 604800000;
  int64_t segment_jitter_ms = 0;
  int32_t segment_index_bytes = 10485760;
  int32_t index_interval_bytes = 4096;
  int64_t retention_ms = 604800000;  // -1: without end
  int64_t retention_bytes = -1;      // -1: without end
  int64_t delete_retention_ms = 86400000;
  int64_t file_delete_delay_ms = 60000;
  int64_t min_compaction_lag_ms = 0;
  int64_t max_compaction_lag_ms = INT64_MAX;
  double min_cleanable_dirty_ratio = 0.5;
  int64_t flush_messages = INT64_MAX;  // INT64_MAX: never by count
  int64_t flush_ms = INT64_MAX;        // INT64_MAX: never by time
  int32_t min_insync_replicas = 1;
  TopicCompression compression = TopicCompression::producer;
  int32_t compression_gzip_level = -1;
  int32_t compression_lz4_level = 9;
  int32_t compression_zstd_level = 3;
  bool preallocate = false;
  bool unclean_leader_election = false;
  int64_t disk_budget_floor_bytes = 0;
  bool storage_smq = false;  // kelp.storage, which is fixed when a topic is made
  bool smq_plain = false;    // kelp.smq.mapping

  friend bool operator==(const TopicConfig&, const TopicConfig&) = default;
};

/// The config of a topic without overrides on a broker with these settings.
TopicConfig topic_defaults(const BrokerSettings& settings, int32_t node_id = kEveryNode);

/// Overrides that have passed validate_topic_overrides(), over a broker's defaults. Unknown keys
/// and values that do not parse (a catalog from another version) are passed over.
TopicConfig resolve_topic_config(const TopicOverrides& overrides, const TopicConfig& defaults);

using NamedText = std::pair<std::string_view, std::optional<std::string_view>>;
/// What a client wants as overrides (a later entry of a name replaces an earlier one). `invalid`
/// with Kafka's message for INVALID_CONFIG: null values, unknown names, bad values, conflicts.
Result<TopicOverrides> validate_topic_overrides(std::span<const NamedText> wanted,
                                                const TopicConfig& defaults);

/// Numbers of DescribeConfigs' configSource.
enum class Source : int8_t {
  topic = 1,
  dynamic_broker = 2,
  dynamic_default_broker = 3,
  static_broker = 4,
  fallback = 5,  // DEFAULT_CONFIG
  broker_logger = 6,
  client_metrics = 7,
  group = 8,
};

struct ConfigSynonym {
  std::string name;
  std::optional<std::string> value;
  Source source;
};

/// One entry of DescribeConfigs or of CreateTopics' answer.
struct ConfigEntry {
  const Key* key;
  std::optional<std::string> value;  // null: sensitive, or not set
  Source source;
  std::vector<ConfigSynonym> synonyms;  // strongest first; the first one is in force

  std::string_view name() const { return key->name; }
  bool read_only() const { return !key->is_dynamic; }
};

/// All 33 keys of Kafka 4.3.1 (internal ones left out) and those of our own that the topic has
/// overridden, so that tools find what they expect; sorted by name.
std::vector<ConfigEntry> describe_topic_config(const TopicOverrides& overrides,
                                               const BrokerSettings& settings,
                                               int32_t node_id = kEveryNode);

/// The broker-wide values that stand behind a topic's key, strongest first. As in Kafka, defaults
/// of weaker synonyms are only shown behind the first synonym itself.
std::vector<ConfigSynonym> inherited_synonyms(const Key& topic_key, const BrokerSettings& settings,
                                              int32_t node_id);

/// What a key of a topic or group is when it was not set: the first broker-wide value that is not
/// null, else its default.
Value inherited_value(const Key& key, const BrokerSettings& settings, int32_t node_id);

/// Own words about a key for DescribeConfigs: what it does, and why it does nothing here.
std::string documentation(const Key& key);

}  // namespace kelp::config
