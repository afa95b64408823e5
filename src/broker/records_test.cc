// DeleteRecords, DescribeLogDirs and DescribeProducers: what a partition has, and has no more.
#include <gtest/gtest.h>

#include "broker/api/handlers.h"
#include "broker/test_broker.h"

namespace kelp::broker {
namespace {

class RecordsTest : public testing::TestWithParam<size_t> {
 protected:
  TestBroker broker{GetParam()};

  void create(const std::string& name, const std::string& policy) {
    wire::CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = 2;
    topic.replication_factor = 1;
    auto& config = topic.configs.emplace_back();
    config.name = "cleanup.policy";
    config.value = policy;
    ASSERT_EQ(broker.call<wire::CreateTopicsResponse>(request, 7).topics.at(0).error_code,
              ErrorCode::none);
  }

  void produce(const std::string& name, int32_t records, record::BatchOptions options = {}) {
    wire::ProduceRequest request;
    request.acks = -1;
    auto& data = request.topic_data.emplace_back();
    data.name = name;
    data.partition_data.emplace_back().records = wire::Records(batch_of(records, options));
    const auto response = broker.call<wire::ProduceResponse>(request, 9);
    ASSERT_EQ(response.responses.at(0).partition_responses.at(0).error_code, ErrorCode::none);
  }

  auto trim(const std::string& name, int64_t offset, int32_t partition = 0, int16_t version = 2) {
    wire::DeleteRecordsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.partitions.emplace_back().offset = offset;
    topic.partitions.back().partition_index = partition;
    return broker.call<wire::DeleteRecordsResponse>(request, version).topics.at(0).partitions.at(0);
  }

  ErrorCode fetch_from(int64_t offset) {
    wire::FetchRequest request;
    auto& topic = request.topics.emplace_back();
    topic.topic = "t";
    topic.partitions.emplace_back().fetch_offset = offset;
    const auto response = broker.call<wire::FetchResponse>(request, 11);
    return response.responses.at(0).partitions.at(0).error_code;
  }
};

TEST_P(RecordsTest, what_is_deleted_is_gone_and_the_rest_stays) {
  create("t", "delete");
  produce("t", 10);
  const auto trimmed = trim("t", 4);
  EXPECT_EQ(trimmed.error_code, ErrorCode::none);
  EXPECT_EQ(trimmed.low_watermark, 4);
  EXPECT_EQ(fetch_from(3), ErrorCode::offset_out_of_range);
  EXPECT_EQ(fetch_from(4), ErrorCode::none);
  EXPECT_EQ(trim("t", 2, 0, 0).low_watermark, 4);  // never backwards
  EXPECT_EQ(trim("t", -1, 0, 1).low_watermark, 10);
  produce("t", 1);
  EXPECT_EQ(fetch_from(10), ErrorCode::none);
}

TEST_P(RecordsTest, offsets_beyond_the_log_and_places_that_are_not_there_are_refused) {
  create("t", "delete");
  produce("t", 3);
  for (const int64_t offset : {4, -2}) {
    const auto answer = trim("t", offset);
    EXPECT_EQ(answer.error_code, ErrorCode::offset_out_of_range);
    EXPECT_EQ(answer.low_watermark, -1);
  }
  EXPECT_EQ(trim("t", 0, 2).error_code, ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(trim("nope", 0).error_code, ErrorCode::unknown_topic_or_partition);
}

TEST_P(RecordsTest, only_compacted_topics_keep_their_records) {
  create("c", "compact");
  EXPECT_EQ(trim("c", 0).error_code, ErrorCode::policy_violation);
  create("both", "compact,delete");
  EXPECT_EQ(trim("both", 0).error_code, ErrorCode::none);
}

TEST_P(RecordsTest, directories_tell_the_size_of_what_was_asked_for) {
  create("t", "delete");
  produce("t", 10);
  wire::DescribeLogDirsRequest request;
  const auto all = broker.call<wire::DescribeLogDirsResponse>(request, 5);
  ASSERT_EQ(all.results.at(0).topics.size(), 1U);
  const auto& partitions = all.results[0].topics[0].partitions;
  ASSERT_EQ(partitions.size(), 2U);
  EXPECT_GT(partitions[0].partition_size, 0);
  EXPECT_EQ(partitions[1].partition_size, 0);
  auto& wanted = request.topics.emplace();
  wanted.emplace_back().topic = "nope";
  wanted.back().partitions = {0};
  wanted.emplace_back().topic = "t";
  wanted.back().partitions = {1, 9};
  const auto some = broker.call<wire::DescribeLogDirsResponse>(request, 0);
  ASSERT_EQ(some.results.at(0).topics.size(), 1U);
  ASSERT_EQ(some.results[0].topics[0].partitions.size(), 1U);
  EXPECT_EQ(some.results[0].topics[0].partitions[0].partition_index, 1);
}

TEST_P(RecordsTest, idempotent_producers_are_told_with_their_last_sequence) {
  create("t", "delete");
  produce("t", 5);
  record::BatchOptions options;
  options.producer_id = 7;
  options.producer_epoch = 1;
  options.base_sequence = 0;
  produce("t", 3, options);
  wire::DescribeProducersRequest request;
  auto& topic = request.topics.emplace_back();
  topic.name = "t";
  topic.partition_indexes = {0, 1, 2};
  const auto answer = broker.call<wire::DescribeProducersResponse>(request, 0);
  const auto& partitions = answer.topics.at(0).partitions;
  ASSERT_EQ(partitions.at(0).active_producers.size(), 1U);
  const auto& producer = partitions[0].active_producers[0];
  EXPECT_EQ(producer.producer_id, 7);
  EXPECT_EQ(producer.producer_epoch, 1);
  EXPECT_EQ(producer.last_sequence, 2);
  EXPECT_EQ(producer.current_txn_start_offset, -1);
  EXPECT_TRUE(partitions.at(1).active_producers.empty());
  EXPECT_EQ(partitions.at(2).error_code, ErrorCode::unknown_topic_or_partition);
}

INSTANTIATE_TEST_SUITE_P(shards, RecordsTest, testing::Values(1, 3));

}  // namespace
}  // namespace kelp::broker
