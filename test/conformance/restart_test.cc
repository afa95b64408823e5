// What an admin request answered is there after kill -9: configurations of topics, brokers, groups
// and client metrics, levels of features, partitions, the start of a log.
#include <gtest/gtest.h>

#include "client/kelp_process.h"
#include "client/typed_client.h"
#include "record/builder.h"
#include "wire/00_produce.h"
#include "wire/03_metadata.h"
#include "wire/18_api_versions.h"
#include "wire/19_create_topics.h"
#include "wire/21_delete_records.h"
#include "wire/32_describe_configs.h"
#include "wire/37_create_partitions.h"
#include "wire/44_incremental_alter_configs.h"
#include "wire/57_update_features.h"

namespace kelp::test {
namespace {

constexpr int8_t kTopicResource = 2;
constexpr int8_t kBrokerResource = 4;
constexpr int8_t kClientMetricsResource = 16;
constexpr int8_t kGroupResource = 32;

TypedClient connect(const KelpProcess& kelp) {
  auto client = TypedClient::connect("127.0.0.1", kelp.port());
  EXPECT_TRUE(client.has_value());
  return *std::move(client);
}

void create(TypedClient& client, const std::string& name) {
  wire::CreateTopicsRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = name;
  topic.num_partitions = 2;
  topic.replication_factor = 1;
  const auto made = client.call<wire::CreateTopicsResponse>(request, 7);
  ASSERT_TRUE(made.has_value());
  ASSERT_EQ(made->topics.at(0).error_code, ErrorCode::none);
}

void alter(TypedClient& client) {
  wire::IncrementalAlterConfigsRequest request;
  const auto set = [&](int8_t type, const char* name, const char* key, const char* value) {
    auto& resource = request.resources.emplace_back();
    resource.resource_type = type;
    resource.resource_name = name;
    auto& config = resource.configs.emplace_back();
    config.name = key;
    config.value = value;
  };
  set(kTopicResource, "t", "retention.ms", "12345");
  set(kBrokerResource, "", "message.max.bytes", "23456");
  set(kBrokerResource, "1", "log.segment.bytes", "2000000");
  set(kGroupResource, "a group / of \xc3\xa4", "consumer.session.timeout.ms", "50000");
  set(kClientMetricsResource, "m", "interval.ms", "5000");
  const auto altered = client.call<wire::IncrementalAlterConfigsResponse>(request, 1);
  ASSERT_TRUE(altered.has_value());
  for (const auto& answer : altered->responses) {
    EXPECT_EQ(answer.error_code, ErrorCode::none) << answer.error_message.value_or("");
  }
}

/// "value from source".
std::string config_of(TypedClient& client, int8_t type, const std::string& name,
                      const std::string& key) {
  wire::DescribeConfigsRequest request;
  auto& resource = request.resources.emplace_back();
  resource.resource_type = type;
  resource.resource_name = name;
  resource.configuration_keys.emplace().push_back(key);
  const auto described = client.call<wire::DescribeConfigsResponse>(request, 4);
  EXPECT_TRUE(described.has_value());
  const auto& config = described->results.at(0).configs.at(0);
  return config.value.value_or("null") + " from " + std::to_string(config.config_source);
}

size_t partitions_of(TypedClient& client, const std::string& name) {
  wire::MetadataRequest request;
  request.topics.emplace().emplace_back().name = name;
  const auto metadata = client.call<wire::MetadataResponse>(request, 12);
  EXPECT_TRUE(metadata.has_value());
  return metadata->topics.at(0).partitions.size();
}

TEST(Restart, what_was_altered_and_grown_is_there_after_a_kill) {
  const TempDir dir;
  {
    KelpProcess kelp({{}, dir.path().string(), 0});
    ASSERT_TRUE(kelp.start());
    auto client = connect(kelp);
    create(client, "t");
    alter(client);
    wire::CreatePartitionsRequest more;
    more.timeout_ms = 1000;
    auto& topic = more.topics.emplace_back();
    topic.name = "t";
    topic.count = 5;
    const auto grown = client.call<wire::CreatePartitionsResponse>(more, 3);
    ASSERT_TRUE(grown.has_value());
    ASSERT_EQ(grown->results.at(0).error_code, ErrorCode::none);
    kelp.kill();
  }
  KelpProcess again({{}, dir.path().string(), 0});
  ASSERT_TRUE(again.start());
  auto client = connect(again);
  EXPECT_EQ(partitions_of(client, "t"), 5U);
  EXPECT_EQ(config_of(client, kTopicResource, "t", "retention.ms"), "12345 from 1");
  EXPECT_EQ(config_of(client, kTopicResource, "t", "max.message.bytes"), "23456 from 3");
  EXPECT_EQ(config_of(client, kTopicResource, "t", "segment.bytes"), "2000000 from 2");
  EXPECT_EQ(config_of(client, kBrokerResource, "1", "log.segment.bytes"), "2000000 from 2");
  EXPECT_EQ(
      config_of(client, kGroupResource, "a group / of \xc3\xa4", "consumer.session.timeout.ms"),
      "50000 from 8");
  EXPECT_EQ(config_of(client, kClientMetricsResource, "m", "interval.ms"), "5000 from 7");
  alter(client);  // the versions of the documents are known again
  EXPECT_EQ(again.terminate(), 0);
}

/// "level, epoch" of metadata.version.
std::string level_of(TypedClient& client) {
  wire::ApiVersionsRequest request;
  request.client_software_name = request.client_software_version = "test";
  const auto answer = client.call<wire::ApiVersionsResponse>(request, 4);
  EXPECT_TRUE(answer.has_value());
  return std::to_string(answer->finalized_features.at(0).max_version_level) + ", " +
         std::to_string(answer->finalized_features_epoch);
}

TEST(Restart, a_level_of_a_feature_holds_after_a_kill_whatever_was_set_at_the_start) {
  const TempDir dir;
  const std::vector<std::string> arguments{"--set", "feature.metadata.version=20"};
  wire::UpdateFeaturesRequest request;
  auto& update = request.feature_updates.emplace_back();
  update.feature = "metadata.version";
  update.max_version_level = 25;
  {
    KelpProcess kelp({arguments, dir.path().string(), 0});
    ASSERT_TRUE(kelp.start());
    auto client = connect(kelp);
    EXPECT_EQ(level_of(client), "20, 0");
    const auto updated = client.call<wire::UpdateFeaturesResponse>(request, 2);
    ASSERT_TRUE(updated.has_value());
    EXPECT_EQ(updated->error_code, ErrorCode::none) << updated->error_message.value_or("");
    kelp.kill();
  }
  KelpProcess again({arguments, dir.path().string(), 0});
  ASSERT_TRUE(again.start());
  auto client = connect(again);
  EXPECT_EQ(level_of(client), "25, 1");
  update.max_version_level = 26;
  ASSERT_TRUE(client.call<wire::UpdateFeaturesResponse>(request, 2).has_value());
  EXPECT_EQ(level_of(client), "26, 2");
}

void produce_ten(TypedClient& client) {
  record::BatchBuilder builder;
  for (int i = 0; i < 10; ++i) {
    record::NewRecord record;
    record.timestamp_ms = 1000 + i;
    record.value = as_bytes("value");
    builder.add(record);
  }
  wire::ProduceRequest request;
  request.acks = -1;
  auto& topic = request.topic_data.emplace_back();
  topic.name = "t";
  topic.partition_data.emplace_back().records = wire::Records(*builder.build());
  const auto produced = client.call<wire::ProduceResponse>(request, 9);
  ASSERT_TRUE(produced.has_value());
  ASSERT_EQ(produced->responses.at(0).partition_responses.at(0).error_code, ErrorCode::none);
}

/// Where the log begins after deleting what lies before `offset`.
int64_t low_watermark(TypedClient& client, int64_t offset) {
  wire::DeleteRecordsRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = "t";
  topic.partitions.emplace_back().offset = offset;
  const auto answer = client.call<wire::DeleteRecordsResponse>(request, 2);
  EXPECT_TRUE(answer.has_value());
  EXPECT_EQ(answer->topics.at(0).partitions.at(0).error_code, ErrorCode::none);
  return answer->topics.at(0).partitions.at(0).low_watermark;
}

TEST(Restart, records_that_were_deleted_stay_deleted_after_a_kill) {
  const TempDir dir;
  {
    KelpProcess kelp({{}, dir.path().string(), 0});
    ASSERT_TRUE(kelp.start());
    auto client = connect(kelp);
    create(client, "t");
    produce_ten(client);
    EXPECT_EQ(low_watermark(client, 7), 7);
    kelp.kill();
  }
  KelpProcess again({{}, dir.path().string(), 0});
  ASSERT_TRUE(again.start());
  auto client = connect(again);
  EXPECT_EQ(low_watermark(client, 0), 7);
  EXPECT_EQ(again.terminate(), 0);
}

}  // namespace
}  // namespace kelp::test
