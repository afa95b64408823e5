#include "config/topic_config.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "config/broker_settings.h"
#include "config/value.h"

namespace kelp::config {
namespace {

BrokerSettings from_file(std::string_view text) {
  BrokerSettings settings;
  settings.add_file(text, "f");
  EXPECT_TRUE(settings.errors().empty()) << settings.errors().front();
  return settings;
}

std::string words_of(std::vector<NamedText> wanted) {
  const auto overrides = validate_topic_overrides(wanted, TopicConfig{});
  return overrides ? "ok" : overrides.error().what;
}

ConfigEntry entry_of(std::string_view name, const TopicOverrides& overrides,
                     const BrokerSettings& settings) {
  for (auto& entry : describe_topic_config(overrides, settings)) {
    if (entry.name() == name) return entry;
  }
  ADD_FAILURE() << "no entry " << name;
  return {};
}

/// "name=value@source …", strongest first.
std::string synonyms_of(const ConfigEntry& entry) {
  std::string text;
  for (const ConfigSynonym& synonym : entry.synonyms) {
    text += (text.empty() ? "" : " ") + synonym.name + "=" + synonym.value.value_or("null") + "@" +
            std::to_string(static_cast<int>(synonym.source));
  }
  return text;
}

TEST(TopicConfig, a_struct_made_of_nothing_has_kafkas_defaults) {
  EXPECT_EQ(topic_defaults(BrokerSettings{}), TopicConfig{});
}

TEST(TopicConfig, every_key_reaches_its_field) {
  TopicConfig expected;
  expected.max_message_bytes = 1;
  expected.timestamp_type = TimestampType::log_append_time;
  expected.timestamp_before_max_ms = 2;
  expected.timestamp_after_max_ms = 3;
  expected.cleanup_delete = false;
  expected.cleanup_compact = true;
  expected.segment_bytes = 1048577;
  expected.segment_ms = 4;
  expected.segment_jitter_ms = 5;
  expected.segment_index_bytes = 6;
  expected.index_interval_bytes = 7;
  expected.retention_ms = 8;
  expected.retention_bytes = 9;
  expected.delete_retention_ms = 10;
  expected.file_delete_delay_ms = 11;
  expected.min_compaction_lag_ms = 12;
  expected.max_compaction_lag_ms = 13;
  expected.min_cleanable_dirty_ratio = 0.25;
  expected.flush_messages = 14;
  expected.flush_ms = 15;
  expected.min_insync_replicas = 16;
  expected.compression = TopicCompression::zstd;
  expected.compression_gzip_level = 5;
  expected.compression_lz4_level = 6;
  expected.compression_zstd_level = -7;
  expected.preallocate = true;
  expected.unclean_leader_election = true;
  expected.disk_budget_floor_bytes = 17;
  const TopicOverrides overrides = {{"max.message.bytes", "1"},
                                    {"message.timestamp.type", "LogAppendTime"},
                                    {"message.timestamp.before.max.ms", "2"},
                                    {"message.timestamp.after.max.ms", "3"},
                                    {"cleanup.policy", "compact"},
                                    {"segment.bytes", "1048577"},
                                    {"segment.ms", "4"},
                                    {"segment.jitter.ms", "5"},
                                    {"segment.index.bytes", "6"},
                                    {"index.interval.bytes", "7"},
                                    {"retention.ms", "8"},
                                    {"retention.bytes", "9"},
                                    {"delete.retention.ms", "10"},
                                    {"file.delete.delay.ms", "11"},
                                    {"min.compaction.lag.ms", "12"},
                                    {"max.compaction.lag.ms", "13"},
                                    {"min.cleanable.dirty.ratio", "0.25"},
                                    {"flush.messages", "14"},
                                    {"flush.ms", "15"},
                                    {"min.insync.replicas", "16"},
                                    {"compression.type", "zstd"},
                                    {"compression.gzip.level", "5"},
                                    {"compression.lz4.level", "6"},
                                    {"compression.zstd.level", "-7"},
                                    {"preallocate", "true"},
                                    {"unclean.leader.election.enable", "true"},
                                    {"kelp.disk.budget.floor.bytes", "17"}};
  EXPECT_EQ(resolve_topic_config(overrides, TopicConfig{}), expected);

  // And the same from the broker: each key's first synonym.
  BrokerSettings settings;
  for (const auto& [name, text] : overrides) {
    const Key* key = find_key(Scope::topic, name);
    ASSERT_NE(key, nullptr) << name;
    settings.add_override(key->synonyms.front().name, text, "test");
  }
  ASSERT_TRUE(settings.errors().empty()) << settings.errors().front();
  EXPECT_EQ(topic_defaults(settings), expected);
}

TEST(TopicConfig, cleanup_policy_may_be_both_or_nothing) {
  const TopicConfig both = resolve_topic_config({{"cleanup.policy", "compact, delete"}}, {});
  EXPECT_TRUE(both.cleanup_compact && both.cleanup_delete);
  const TopicConfig none = resolve_topic_config({{"cleanup.policy", ""}}, {});
  EXPECT_FALSE(none.cleanup_compact || none.cleanup_delete);
}

TEST(TopicConfig, compression_has_a_value_for_each_name) {
  const Key* key = find_key(Scope::topic, "compression.type");
  std::vector<TopicCompression> seen;
  for (const std::string_view name : key->check.options) {
    seen.push_back(resolve_topic_config({{"compression.type", std::string(name)}}, {}).compression);
  }
  std::ranges::sort(seen);
  EXPECT_EQ(std::ranges::adjacent_find(seen), seen.end());
  EXPECT_EQ(seen.size(), 6U);
}

TEST(TopicConfig, an_override_goes_before_the_broker) {
  const TopicConfig defaults = topic_defaults(from_file("message.max.bytes=500"));
  EXPECT_EQ(defaults.max_message_bytes, 500);
  EXPECT_EQ(resolve_topic_config({{"max.message.bytes", "7"}}, defaults).max_message_bytes, 7);
  EXPECT_EQ(resolve_topic_config({}, defaults).max_message_bytes, 500);
}

TEST(TopicConfig, the_internal_segment_size_goes_before_the_official_one) {
  const TopicOverrides overrides = {{"internal.segment.bytes", "100"},
                                    {"segment.bytes", "1048576"}};
  EXPECT_EQ(resolve_topic_config(overrides, {}).segment_bytes, 100);
  EXPECT_NE(words_of({{"internal.segment.bytes", "0"}}), "ok");
}

TEST(TopicConfig, what_another_version_wrote_is_passed_over) {
  EXPECT_EQ(resolve_topic_config({{"from.the.future", "1"}, {"segment.bytes", "soon"}}, {}),
            TopicConfig{});
}

TEST(Retention, the_smallest_unit_that_is_set_decides) {
  const auto retention_ms = [](std::string_view text) {
    return topic_defaults(from_file(text)).retention_ms;
  };
  EXPECT_EQ(retention_ms(""), 604800000);
  EXPECT_EQ(retention_ms("log.retention.hours=2"), 7200000);
  EXPECT_EQ(retention_ms("log.retention.hours=2\nlog.retention.minutes=3"), 180000);
  EXPECT_EQ(retention_ms("log.retention.hours=2\nlog.retention.minutes=3\nlog.retention.ms=4"), 4);
  EXPECT_EQ(retention_ms("log.retention.hours=-1"), -1);
  EXPECT_EQ(retention_ms("log.retention.minutes=-7"), -1);
  EXPECT_EQ(topic_defaults(from_file("log.roll.ms=-1")).segment_ms, 1);
  EXPECT_EQ(retention_ms("log.retention.hours=2147483647"), 2147483647LL * 3600000);
  EXPECT_EQ(topic_defaults(from_file("log.roll.hours=1")).segment_ms, 3600000);
  EXPECT_EQ(topic_defaults(from_file("log.roll.hours=1\nlog.roll.ms=5")).segment_ms, 5);
  EXPECT_EQ(topic_defaults(from_file("log.flush.scheduler.interval.ms=6")).flush_ms, 6);
}

TEST(Overrides, are_refused_with_kafkas_words) {
  EXPECT_EQ(words_of({{"no.such", "1"}}), "Unknown topic config name: no.such");
  EXPECT_EQ(words_of({{"message.format.version", "3.0"}}),
            "Unknown topic config name: message.format.version");
  EXPECT_EQ(
      words_of({{"retention.ms", std::nullopt}, {"no", "0"}, {"segment.bytes", std::nullopt}}),
      "Null value not supported for topic configs: retention.ms,segment.bytes");
  EXPECT_EQ(words_of({{"segment.bytes", "1"}, {"zzz", "1"}}), "Unknown topic config name: zzz");
  EXPECT_EQ(words_of({{"segment.bytes", "1"}}),
            "Invalid value 1 for configuration segment.bytes: Value must be at least 1048576");
  EXPECT_EQ(words_of({{"remote.storage.enable", "true"}}),
            "Tiered Storage functionality is disabled in the broker. Topic cannot be configured "
            "with remote log storage.");
  EXPECT_EQ(words_of({{"remote.storage.enable", "false"}}), "ok");
  EXPECT_EQ(words_of({{"min.compaction.lag.ms", "10"}, {"max.compaction.lag.ms", "5"}}),
            "conflict topic config setting min.compaction.lag.ms (10) > max.compaction.lag.ms "
            "(5)");
  EXPECT_EQ(words_of({{"min.compaction.lag.ms", "10"}, {"max.compaction.lag.ms", "10"}}), "ok");
}

TEST(Overrides, a_later_entry_of_a_name_replaces_an_earlier_one) {
  const std::vector<NamedText> wanted = {{"retention.ms", "abc"}, {"retention.ms", "5"}};
  const auto overrides = validate_topic_overrides(wanted, {});
  ASSERT_TRUE(overrides.has_value()) << overrides.error().what;
  EXPECT_EQ(*overrides, (TopicOverrides{{"retention.ms", "5"}}));
}

TEST(Describe, a_fresh_topic_reads_as_on_a_fresh_kafka) {
  const auto entries = describe_topic_config({}, BrokerSettings{});
  ASSERT_EQ(entries.size(), 33U);
  EXPECT_TRUE(std::ranges::is_sorted(entries, {}, &ConfigEntry::name));
  for (const ConfigEntry& entry : entries) {
    EXPECT_EQ(entry.source, Source::fallback) << entry.name();
    EXPECT_EQ(entry.value, std::string(entry.key->default_text)) << entry.name();
    EXPECT_FALSE(entry.read_only()) << entry.name();
    EXPECT_FALSE(documentation(*entry.key).empty());
  }
  // Kafka shows no synonyms where the first one has no value (retention.ms, segment.ms …).
  EXPECT_EQ(synonyms_of(entry_of("retention.ms", {}, {})), "");
  EXPECT_EQ(synonyms_of(entry_of("flush.ms", {}, {})), "");
  EXPECT_EQ(synonyms_of(entry_of("remote.storage.enable", {}, {})), "");
  EXPECT_EQ(synonyms_of(entry_of("max.message.bytes", {}, {})), "message.max.bytes=1048588@5");
  EXPECT_EQ(synonyms_of(entry_of("compression.type", {}, {})), "compression.type=producer@5");
}

TEST(Describe, shows_keys_of_our_own_where_they_are_set) {
  const TopicOverrides overrides = {{"kelp.disk.budget.floor.bytes", "5"}};
  const auto entries = describe_topic_config(overrides, BrokerSettings{});
  EXPECT_EQ(entries.size(), 34U);
  EXPECT_TRUE(std::ranges::is_sorted(entries, {}, &ConfigEntry::name));
  EXPECT_EQ(std::ranges::count(entries, "kelp.disk.budget.floor.bytes", &ConfigEntry::name), 1);
}

TEST(Describe, shows_where_a_value_comes_from_strongest_first) {
  BrokerSettings settings = from_file("log.retention.hours=24\nlog.retention.ms=1000");
  ASSERT_TRUE(settings.set_dynamic(kEveryNode, "log.retention.ms", "2000").has_value());
  const ConfigEntry inherited = entry_of("retention.ms", {}, settings);
  EXPECT_EQ(inherited.value, "2000");
  EXPECT_EQ(inherited.source, Source::dynamic_default_broker);
  EXPECT_EQ(synonyms_of(inherited),
            "log.retention.ms=2000@3 log.retention.ms=1000@4 log.retention.hours=24@4 "
            "log.retention.hours=168@5");
  const ConfigEntry own = entry_of("retention.ms", {{"retention.ms", " 5 "}}, settings);
  EXPECT_EQ(own.value, "5");
  EXPECT_EQ(own.source, Source::topic);
  EXPECT_TRUE(synonyms_of(own).starts_with("retention.ms=5@1 log.retention.ms=2000@3 "));
}

TEST(Describe, a_nodes_own_dynamic_value_is_seen_by_that_node) {
  BrokerSettings settings;
  ASSERT_TRUE(settings.set_dynamic(2, "message.max.bytes", "77").has_value());
  EXPECT_EQ(topic_defaults(settings, 2).max_message_bytes, 77);
  EXPECT_EQ(topic_defaults(settings, 1).max_message_bytes, 1048588);
  for (const auto& entry : describe_topic_config({}, settings, 2)) {
    if (entry.name() != "max.message.bytes") continue;
    EXPECT_EQ(entry.source, Source::dynamic_broker);
    EXPECT_EQ(synonyms_of(entry), "message.max.bytes=77@2 message.max.bytes=1048588@5");
  }
}

TEST(Describe, a_weaker_synonym_that_is_set_is_shown_as_the_source) {
  const ConfigEntry entry = entry_of("retention.ms", {}, from_file("log.retention.hours=1"));
  EXPECT_EQ(entry.value, "3600000");
  EXPECT_EQ(entry.source, Source::static_broker);
}

}  // namespace
}  // namespace kelp::config
