// The parts of `kelp topic`, `config` and `logdirs` that ask nobody.
#include <gtest/gtest.h>

#include "cli/cluster_report.h"
#include "cli/config_change.h"
#include "cli/config_report.h"
#include "cli/logdirs_report.h"
#include "cli/replica_assignment.h"
#include "cli/topic_pattern.h"
#include "cli/topic_report.h"

namespace kelp::cli {
namespace {

TEST(ReplicaAssignment, is_a_list_of_brokers_for_each_partition) {
  EXPECT_EQ(*parse_replica_assignment("1:2,2:3"), (ReplicaAssignment{{1, 2}, {2, 3}}));
  EXPECT_EQ(*parse_replica_assignment("7"), (ReplicaAssignment{{7}}));
  for (const char* wrong : {"", ",", "1,", "1:", "1:2,3", "1:1", "x", "-1", "1 :2"}) {
    EXPECT_FALSE(parse_replica_assignment(wrong).has_value()) << wrong;
  }
}

TEST(TopicPattern, matches_whole_names) {
  const auto pattern = TopicPattern::parse("test-.*|x");
  ASSERT_TRUE(pattern.has_value());
  EXPECT_TRUE(pattern->matches("test-1"));
  EXPECT_TRUE(pattern->matches("x"));
  EXPECT_FALSE(pattern->matches("a-test-1"));
  EXPECT_FALSE(pattern->matches("xy"));
  EXPECT_FALSE(pattern->matches(std::string("x\0y", 3)));
  EXPECT_FALSE(TopicPattern::parse(".*")->matches(std::string(250, 'a')));
  EXPECT_FALSE(TopicPattern::parse("(").has_value());
}

TEST(ConfigChange, keeps_whatever_stands_behind_the_first_equals_sign) {
  const auto change = parse_assignment("k=a=b, c", ConfigOperation::append);
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(change->key, "k");
  EXPECT_EQ(change->value, "a=b, c");
  EXPECT_EQ(parse_assignment("k=", ConfigOperation::set)->value, "");
  EXPECT_FALSE(parse_assignment("=v", ConfigOperation::set).has_value());
  EXPECT_FALSE(parse_assignment("k", ConfigOperation::set).has_value());
}

TEST(ConfigChange, changes_no_key_twice) {
  ConfigChangeOptions options;
  options.set = {"a=1"};
  options.remove = {"b"};
  options.subtract = {"c=2"};
  EXPECT_EQ(parse_changes(options)->size(), 3u);
  options.append = {"b=2"};
  EXPECT_EQ(parse_changes(options).error().what, "b is changed twice");
}

ConfigEntry entry_of(int8_t source, std::optional<std::string> value) {
  ConfigEntry entry;
  entry.name = "k";
  entry.value = std::move(value);
  entry.config_source = source;
  return entry;
}

TEST(ConfigReport, finds_the_default_among_the_synonyms) {
  EXPECT_EQ(default_of(entry_of(kDefaultSource, "7")), "7");
  ConfigEntry set = entry_of(kTopicSource, "1");
  EXPECT_EQ(default_of(set), std::nullopt);
  set.synonyms = {{"k", "1", kTopicSource}, {"log.k", "2", 4}, {"log.k", "3", kDefaultSource}};
  EXPECT_EQ(default_of(set), "3");
}

TEST(ConfigReport, gives_the_default_in_the_unit_of_the_key) {
  ConfigEntry entry = entry_of(kTopicSource, "1");
  entry.name = "retention.ms";
  entry.synonyms = {{"log.retention.hours", "168", kDefaultSource}};
  EXPECT_EQ(default_of(entry), "604800000");
  entry.synonyms = {{"log.retention.minutes", "-1", kDefaultSource}};
  EXPECT_EQ(default_of(entry), "-1");
  entry.synonyms = {{"log.retention.hours", "9223372036854775807", kDefaultSource}};
  EXPECT_EQ(default_of(entry), "9223372036854775807") << "beyond what a number holds";
}

TEST(ConfigReport, shows_no_secret_even_if_the_broker_does) {
  ConfigEntry secret = entry_of(4, "swordfish");
  secret.is_sensitive = true;
  secret.synonyms = {{"k", "swordfish", 4}, {"k", "swordfish", kDefaultSource}};
  Table table = configs_table(true);
  add_configs(table, {ResourceType::broker, "1"}, {secret}, true);
  EXPECT_EQ(table.text().find("swordfish"), std::string::npos) << table.text();
  EXPECT_NE(table.text().find("(hidden)"), std::string::npos) << table.text();
  EXPECT_EQ(boost::json::serialize(configs_json({secret}, true)).find("swordfish"),
            std::string::npos);
}

TEST(ConfigReport, tells_an_empty_value_from_none) {
  Table table = configs_table(false);
  add_configs(table, {ResourceType::topic, "t"},
              {entry_of(kTopicSource, ""), entry_of(kTopicSource, std::nullopt)}, false);
  EXPECT_EQ(table.text(),
            "RESOURCE  NAME  KEY  VALUE  SOURCE  DEFAULT\n"
            "topic     t     k    \"\"     topic   -\n"
            "topic     t     k    -      topic   -\n");
}

TEST(PartitionFilter, keeps_partitions_by_what_is_in_sync) {
  TopicPartitionState partition;
  partition.leader_id = 1;
  partition.replica_nodes = {1, 2, 3};
  partition.isr_nodes = {1, 2};
  EXPECT_TRUE(PartitionFilter().keeps(partition, std::nullopt));
  EXPECT_TRUE(PartitionFilter{.under_replicated = true}.keeps(partition, std::nullopt));
  EXPECT_FALSE(PartitionFilter{.unavailable = true}.keeps(partition, std::nullopt));
  const PartitionFilter at_min{.at_min_isr = true}, under_min{.under_min_isr = true};
  EXPECT_TRUE(at_min.keeps(partition, 2));
  EXPECT_FALSE(at_min.keeps(partition, 3));
  EXPECT_TRUE(under_min.keeps(partition, 3));
  EXPECT_FALSE(under_min.keeps(partition, 2));
  EXPECT_FALSE(under_min.keeps(partition, std::nullopt)) << "what is not known is no reason";
  partition.leader_id = -1;
  EXPECT_TRUE(PartitionFilter{.unavailable = true}.keeps(partition, std::nullopt));
}

TEST(TopicReport, shows_a_partition_without_a_leader) {
  TopicDescription described;
  described.topic.name = "t";
  TopicPartitionState& partition = described.partitions.emplace_back();
  partition.leader_id = -1;
  partition.replica_nodes = {1, 2};
  partition.isr_nodes = {2};
  partition.offline_replicas = {1, 2};
  Table table = partitions_table(true);
  add_partitions(table, described, true);
  EXPECT_EQ(table.text(),
            "TOPIC  PARTITION  LEADER  LEADER-EPOCH  REPLICAS  ISR  OFFLINE  START-OFFSET  "
            "END-OFFSET\n"
            "t      0          -       -             1,2       2    1,2      -             -\n");
}

TEST(TopicReport, counts_the_partitions_that_are_not_shown_too) {
  TopicDescription described;
  described.topic.name = "t";
  described.topic.partitions.resize(3);
  described.partitions.resize(1);
  const boost::json::object json = topic_json(described, false);
  EXPECT_EQ(json.at("partition_count").as_uint64(), 3u);
  EXPECT_EQ(json.at("partitions").as_array().size(), 1u);
}

TEST(SizeText, is_in_the_largest_unit) {
  EXPECT_EQ(size_text(0, SizeUnit::largest), "0 B");
  EXPECT_EQ(size_text(1023, SizeUnit::largest), "1023 B");
  EXPECT_EQ(size_text(1536, SizeUnit::largest), "1.5 KiB");
  EXPECT_EQ(size_text((1 << 20) - 1, SizeUnit::largest), "1.0 MiB");
  EXPECT_EQ(size_text(int64_t{5} << 40, SizeUnit::largest), "5.0 TiB");
  EXPECT_EQ(size_text(1536, SizeUnit::bytes), "1536");
}

TEST(LogDirs, never_sum_up_beyond_what_a_number_holds) {
  LogDir dir;
  dir.replicas = {{{"t", 0}, std::numeric_limits<int64_t>::max()}, {{"t", 1}, 5}};
  EXPECT_EQ(dir.size_bytes(), std::numeric_limits<int64_t>::max());
}

TEST(ClusterReport, says_which_brokers_serve_which_versions) {
  ClusterInfo info;
  info.apis[1] = {{0, 3, 13}, {3, 0, 13}};
  info.apis[2] = {{0, 3, 13}, {3, 0, 12}};
  info.apis[3] = {{0, 3, 13}, {3, 0, 12}, {999, 0, 1}};
  EXPECT_EQ(apis_table(info).text(),
            "KEY  API       VERSIONS\n"
            "0    Produce   3-13\n"
            "3    Metadata  0-12 (2,3) 0-13 (1)\n"
            "999  API 999   0-1 (3)\n");
}

}  // namespace
}  // namespace kelp::cli
