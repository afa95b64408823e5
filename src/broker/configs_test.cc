// DescribeConfigs, AlterConfigs and IncrementalAlterConfigs: what is told, what is refused with
// which words, and that what was altered holds when the answer is there.
#include <gtest/gtest.h>

#include "broker/api/handlers.h"
#include "broker/config_orders.h"
#include "broker/test_broker.h"

namespace kelp::broker {
namespace {

using Described = wire::DescribeConfigsResponse::DescribeConfigsResult;
using Told = wire::DescribeConfigsResponse::DescribeConfigsResourceResult;
using Altered = wire::IncrementalAlterConfigsResponse::AlterConfigsResourceResponse;

class ConfigsTest : public testing::TestWithParam<size_t> {
 protected:
  TestBroker broker{GetParam(), {}, 3};

  void SetUp() override {
    wire::CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = "t";
    topic.num_partitions = 3;
    topic.replication_factor = 1;
    ASSERT_EQ(broker.call<wire::CreateTopicsResponse>(request, 7).topics.at(0).error_code,
              ErrorCode::none);
  }

  Described describe(int8_t type, const std::string& name, std::vector<std::string> keys = {},
                     int16_t version = 4, size_t node = 0) {
    wire::DescribeConfigsRequest request;
    request.include_synonyms = request.include_documentation = true;
    auto& resource = request.resources.emplace_back();
    resource.resource_type = type;
    resource.resource_name = name;
    if (!keys.empty()) resource.configuration_keys = std::move(keys);
    return broker.call<wire::DescribeConfigsResponse>(request, version, node).results.at(0);
  }
  Told told(int8_t type, const std::string& name, const std::string& key, size_t node = 0) {
    const Described described = describe(type, name, {key}, 4, node);
    return described.configs.empty() ? Told() : described.configs.at(0);
  }

  Altered alter(int8_t type, const std::string& name, const std::string& key,
                std::optional<std::string> value, ConfigOperation operation = ConfigOperation::set,
                bool validate_only = false, size_t node = 0) {
    wire::IncrementalAlterConfigsRequest request;
    request.validate_only = validate_only;
    auto& resource = request.resources.emplace_back();
    resource.resource_type = type;
    resource.resource_name = name;
    auto& config = resource.configs.emplace_back();
    config.name = key;
    config.config_operation = static_cast<int8_t>(operation);
    config.value = std::move(value);
    return broker.call<wire::IncrementalAlterConfigsResponse>(request, 1, node).responses.at(0);
  }

  ErrorCode produce(int32_t partition, int32_t records) {
    const TopicRef topic = image()->find("t");
    const size_t node =
        static_cast<size_t>(topic->partition(partition)->leader.value() - 1);  // ids from 1
    wire::ProduceRequest request;
    request.acks = -1;
    auto& data = request.topic_data.emplace_back();
    data.name = "t";
    auto& each = data.partition_data.emplace_back();
    each.index = partition;
    each.records = wire::Records(batch_of(records));
    const auto response = broker.call<wire::ProduceResponse>(request, 9, node);
    return response.responses.at(0).partition_responses.at(0).error_code;
  }
  ClusterRef image() {
    return broker.on_first_shard([this] { return broker.broker().image(); });
  }
};

TEST_P(ConfigsTest, a_topic_has_every_key_with_where_it_comes_from) {
  const Described all = describe(kTopicResource, "t");
  EXPECT_EQ(all.error_code, ErrorCode::none);
  EXPECT_EQ(all.error_message, "");
  EXPECT_EQ(all.configs.size(), 33U);
  const Told told = this->told(kTopicResource, "t", "max.message.bytes");
  EXPECT_EQ(told.value, "1048588");
  EXPECT_EQ(told.config_source, 5);
  EXPECT_EQ(told.config_type, 3);
  EXPECT_FALSE(told.read_only);
  EXPECT_TRUE(told.documentation.has_value());
  ASSERT_EQ(told.synonyms.size(), 1U);
  EXPECT_EQ(told.synonyms[0].name, "message.max.bytes");
  EXPECT_TRUE(describe(kTopicResource, "t", {"no.such"}).configs.empty());
  EXPECT_TRUE(describe(kTopicResource, "t", {"retention.ms"}, 0).configs.at(0).is_default);
}

TEST_P(ConfigsTest, a_broker_has_its_own_id_and_hides_what_is_secret) {
  EXPECT_EQ(told(kBrokerResource, "2", "node.id", 1).value, "2");
  EXPECT_TRUE(told(kBrokerResource, "1", "log.dirs").read_only);
  const Told secret = told(kBrokerResource, "1", "ssl.key.password");
  EXPECT_TRUE(secret.is_sensitive);
  EXPECT_FALSE(secret.value.has_value());
  ASSERT_EQ(alter(kBrokerResource, "1", "ssl.key.password", "hush").error_code, ErrorCode::none);
  const Described described = describe(kBrokerResource, "1", {"ssl.key.password"});
  EXPECT_FALSE(described.configs.at(0).value.has_value());
  EXPECT_FALSE(described.configs.at(0).synonyms.at(0).value.has_value());
}

TEST_P(ConfigsTest, throttles_are_told_once_they_are_set) {
  const std::string rate = "leader.replication.throttled.rate";
  EXPECT_TRUE(describe(kBrokerResource, "2", {rate}, 4, 1).configs.empty());
  ASSERT_EQ(alter(kBrokerResource, "2", rate, "1000", ConfigOperation::set, false, 1).error_code,
            ErrorCode::none);
  const Told told = this->told(kBrokerResource, "2", rate, 1);
  EXPECT_EQ(told.value, "1000");
  EXPECT_EQ(told.synonyms.size(), 1U);
  EXPECT_TRUE(describe(kBrokerResource, "1", {rate}).configs.empty());
}

TEST_P(ConfigsTest, resources_that_are_not_there_are_refused_with_kafkas_words) {
  EXPECT_EQ(describe(kTopicResource, "nope").error_code, ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(describe(kTopicResource, "").error_code, ErrorCode::invalid_topic_exception);
  EXPECT_EQ(describe(kBrokerResource, "2").error_message,
            "Unexpected broker id, expected 1 or empty string, but received 2");
  EXPECT_EQ(describe(kBrokerResource, "abc").error_message,
            "Broker id must be an integer, but it is: abc");
  EXPECT_EQ(describe(99, "g").error_message, "Unknown resource type 99");
  EXPECT_EQ(describe(kGroupResource, "").error_message, "Group name must not be empty");
  EXPECT_EQ(describe(kLoggerResource, "2").error_message,
            "Unexpected broker id, expected 1 but received 2");
  EXPECT_EQ(alter(kTopicResource, "nope", "retention.ms", "1").error_message,
            "The topic 'nope' does not exist.");
  EXPECT_EQ(alter(kTopicResource, "", "retention.ms", "1").error_code, ErrorCode::invalid_request);
  EXPECT_EQ(alter(kTopicResource, "bad name", "retention.ms", "1").error_code,
            ErrorCode::invalid_topic_exception);
  EXPECT_EQ(alter(kBrokerResource, "9", "message.max.bytes", "1").error_message,
            "Unexpected broker id, expected 1, but received 9");
  EXPECT_EQ(alter(99, "g", "x", "1").error_message, "Unknown resource type 99");
  EXPECT_EQ(alter(kGroupResource, "g", "x", "1").error_message, "Unknown group config name: x");
}

TEST_P(ConfigsTest, wrong_changes_are_refused_and_change_nothing) {
  EXPECT_EQ(alter(kTopicResource, "t", "no.such", "1").error_message,
            "Unknown topic config name: no.such");
  EXPECT_EQ(alter(kTopicResource, "t", "retention.ms", "abc").error_code,
            ErrorCode::invalid_config);
  EXPECT_EQ(alter(kTopicResource, "t", "retention.ms", std::nullopt).error_message,
            "Null value not supported for : retention.ms");
  EXPECT_EQ(alter(kTopicResource, "t", "retention.ms", "1", ConfigOperation::append).error_message,
            "Can't APPEND to key retention.ms because its type is not LIST.");
  EXPECT_EQ(alter(kTopicResource, "t", "retention.ms", "1", ConfigOperation(9)).error_code,
            ErrorCode::invalid_request);
  EXPECT_EQ(alter(kBrokerResource, "1", "log.dirs", "/x").error_message,
            "Cannot update these configs dynamically: [log.dirs]");
  EXPECT_EQ(alter(kBrokerResource, "1", "max.connections", "5").error_code,
            ErrorCode::invalid_request);
  EXPECT_EQ(alter(kBrokerResource, "", "message.max.bytes", "x").error_code,
            ErrorCode::invalid_request);
  EXPECT_EQ(alter(kBrokerResource, "", "no.such", "x").error_code, ErrorCode::invalid_config);
  EXPECT_EQ(told(kTopicResource, "t", "retention.ms").config_source, 5);
}

TEST_P(ConfigsTest, lists_are_appended_to_and_subtracted_from) {
  ASSERT_EQ(alter(kTopicResource, "t", "cleanup.policy", "compact,delete", ConfigOperation::append)
                .error_code,
            ErrorCode::none);
  EXPECT_EQ(told(kTopicResource, "t", "cleanup.policy").value, "delete,compact");
  ASSERT_EQ(
      alter(kTopicResource, "t", "cleanup.policy", "delete", ConfigOperation::subtract).error_code,
      ErrorCode::none);
  EXPECT_EQ(told(kTopicResource, "t", "cleanup.policy").value, "compact");
  ASSERT_EQ(alter(kTopicResource, "t", "cleanup.policy", std::nullopt, ConfigOperation::remove)
                .error_code,
            ErrorCode::none);
  EXPECT_EQ(told(kTopicResource, "t", "cleanup.policy").config_source, 5);
}

TEST_P(ConfigsTest, validate_only_says_the_same_and_changes_nothing) {
  EXPECT_EQ(alter(kTopicResource, "t", "retention.ms", "7", ConfigOperation::set, true).error_code,
            ErrorCode::none);
  EXPECT_EQ(
      alter(kBrokerResource, "", "message.max.bytes", "7", ConfigOperation::set, true).error_code,
      ErrorCode::none);
  EXPECT_EQ(alter(kTopicResource, "t", "retention.ms", "x", ConfigOperation::set, true).error_code,
            ErrorCode::invalid_config);
  EXPECT_EQ(told(kTopicResource, "t", "retention.ms").value, "604800000");
  EXPECT_EQ(told(kBrokerResource, "1", "message.max.bytes").value, "1048588");
}

TEST_P(ConfigsTest, a_topics_limit_holds_for_the_next_produce) {
  EXPECT_EQ(produce(0, 10), ErrorCode::none);
  ASSERT_EQ(alter(kTopicResource, "t", "max.message.bytes", "100").error_code, ErrorCode::none);
  for (int32_t partition = 0; partition < 3; ++partition) {
    EXPECT_EQ(produce(partition, 10), ErrorCode::message_too_large);
    EXPECT_EQ(produce(partition, 1), ErrorCode::none);
  }
}

TEST_P(ConfigsTest, a_brokers_default_holds_for_topics_without_their_own) {
  ASSERT_EQ(alter(kBrokerResource, "", "message.max.bytes", "100").error_code, ErrorCode::none);
  EXPECT_EQ(produce(0, 10), ErrorCode::message_too_large);
  EXPECT_EQ(told(kTopicResource, "t", "max.message.bytes").config_source, 3);
  const Described changed = describe(kBrokerResource, "");
  ASSERT_EQ(changed.configs.size(), 1U);
  EXPECT_EQ(changed.configs[0].name, "message.max.bytes");
  ASSERT_EQ(alter(kTopicResource, "t", "max.message.bytes", "5000").error_code, ErrorCode::none);
  EXPECT_EQ(produce(0, 10), ErrorCode::none);
}

TEST_P(ConfigsTest, a_nodes_own_setting_holds_where_it_leads) {
  ASSERT_EQ(alter(kBrokerResource, "2", "message.max.bytes", "100", ConfigOperation::set, false, 1)
                .error_code,
            ErrorCode::none);
  const TopicRef topic = image()->find("t");
  for (int32_t partition = 0; partition < 3; ++partition) {
    const bool second = topic->partition(partition)->leader == BrokerId(2);
    EXPECT_EQ(produce(partition, 10), second ? ErrorCode::message_too_large : ErrorCode::none);
  }
  EXPECT_EQ(told(kTopicResource, "t", "max.message.bytes", 1).config_source, 2);
  EXPECT_EQ(told(kTopicResource, "t", "max.message.bytes", 0).config_source, 5);
}

TEST_P(ConfigsTest, alter_configs_replaces_all_that_was_set) {
  ASSERT_EQ(alter(kTopicResource, "t", "retention.ms", "1").error_code, ErrorCode::none);
  wire::AlterConfigsRequest request;
  auto& resource = request.resources.emplace_back();
  resource.resource_type = kTopicResource;
  resource.resource_name = "t";
  auto& config = resource.configs.emplace_back();
  config.name = "flush.ms";
  config.value = "5";
  for (int16_t version = 0; version <= 2; ++version) {
    const auto answer = broker.call<wire::AlterConfigsResponse>(request, version);
    EXPECT_EQ(answer.responses.at(0).error_code, ErrorCode::none);
  }
  EXPECT_EQ(told(kTopicResource, "t", "retention.ms").config_source, 5);
  EXPECT_EQ(told(kTopicResource, "t", "flush.ms").value, "5");
  request.resources.push_back(request.resources[0]);
  const auto twice = broker.call<wire::AlterConfigsResponse>(request, 2);
  for (const auto& answer : twice.responses) {
    EXPECT_EQ(answer.error_message, "Each resource must appear at most once.");
  }
}

TEST_P(ConfigsTest, one_faulty_resource_does_not_keep_the_others) {
  wire::IncrementalAlterConfigsRequest request;
  for (const char* name : {"t", "nope"}) {
    auto& resource = request.resources.emplace_back();
    resource.resource_type = kTopicResource;
    resource.resource_name = name;
    auto& config = resource.configs.emplace_back();
    config.name = "retention.ms";
    config.value = "9";
  }
  const auto answer = broker.call<wire::IncrementalAlterConfigsResponse>(request, 0);
  EXPECT_EQ(answer.responses.at(0).error_code, ErrorCode::none);
  EXPECT_EQ(answer.responses.at(1).error_code, ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(told(kTopicResource, "t", "retention.ms").value, "9");
}

TEST_P(ConfigsTest, a_group_keeps_what_was_set_of_it_until_nothing_is_left) {
  const char* kSession = "consumer.session.timeout.ms";
  EXPECT_EQ(told(kGroupResource, "g", kSession).config_source, 5);
  EXPECT_EQ(alter(kGroupResource, "g", kSession, "1").error_code, ErrorCode::invalid_config);
  EXPECT_TRUE(image()->resource_configs().empty());
  ASSERT_EQ(alter(kGroupResource, "g", kSession, "50000").error_code, ErrorCode::none);
  EXPECT_EQ(told(kGroupResource, "g", kSession).value, "50000");
  EXPECT_EQ(told(kGroupResource, "g", kSession).config_source, 8);
  EXPECT_EQ(image()->resource_configs().size(), 1U);
  const auto removed = alter(kGroupResource, "g", kSession, std::nullopt, ConfigOperation::remove);
  ASSERT_EQ(removed.error_code, ErrorCode::none);
  EXPECT_TRUE(image()->resource_configs().empty());
}

TEST_P(ConfigsTest, client_metrics_are_listed_while_they_have_a_configuration) {
  ASSERT_EQ(alter(kClientMetricsResource, "m", "interval.ms", "5000").error_code, ErrorCode::none);
  EXPECT_EQ(alter(kClientMetricsResource, "m", "interval.ms", "5").error_code,
            ErrorCode::invalid_request);
  wire::ListConfigResourcesRequest request;
  const auto listed = broker.call<wire::ListConfigResourcesResponse>(request, 0);
  ASSERT_EQ(listed.config_resources.size(), 1U);
  EXPECT_EQ(listed.config_resources[0].resource_name, "m");
  ASSERT_EQ(
      alter(kClientMetricsResource, "m", "interval.ms", {}, ConfigOperation::remove).error_code,
      ErrorCode::none);
  EXPECT_TRUE(broker.call<wire::ListConfigResourcesResponse>(request, 0).config_resources.empty());
}

TEST_P(ConfigsTest, the_root_logger_is_the_level_of_our_log) {
  const LogLevel before = log_level();
  EXPECT_EQ(alter(kLoggerResource, "1", "root", "ERROR", ConfigOperation::set, true).error_code,
            ErrorCode::none);
  EXPECT_EQ(log_level(), before);
  EXPECT_EQ(alter(kLoggerResource, "1", "root", "ERROR").error_code, ErrorCode::none);
  EXPECT_EQ(log_level(), LogLevel::error);
  EXPECT_EQ(told(kLoggerResource, "1", "root").value, "ERROR");
  EXPECT_EQ(alter(kLoggerResource, "1", "root", "LOUD").error_code, ErrorCode::invalid_config);
  EXPECT_EQ(alter(kLoggerResource, "1", "kafka", "INFO").error_code, ErrorCode::invalid_config);
  EXPECT_EQ(log_level(), LogLevel::error);
  set_log_level(before);
}

TEST_P(ConfigsTest, bytes_that_are_not_utf8_can_be_read_back) {
  ASSERT_EQ(alter(kBrokerResource, "1", "ssl.keystore.location", "a\xff").error_code,
            ErrorCode::none);
  EXPECT_EQ(told(kBrokerResource, "1", "ssl.keystore.location").value, "a\xef\xbf\xbd");
}

TEST(DynamicSettings, are_read_back_as_they_were_written) {
  DynamicSettings settings;
  settings[config::kEveryNode]["message.max.bytes"] = "7";
  settings[2]["log.segment.bytes"] = "x\"y";
  const auto again = decode_dynamic_settings(encode(settings));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(*again, settings);
  EXPECT_FALSE(decode_dynamic_settings(R"({"version":2,"all":{},"nodes":{}})").has_value());
  EXPECT_FALSE(decode_dynamic_settings(R"({"version":1,"all":{},"nodes":{"x":{}}})").has_value());
}

INSTANTIATE_TEST_SUITE_P(shards, ConfigsTest, testing::Values(1, 3));

}  // namespace
}  // namespace kelp::broker
