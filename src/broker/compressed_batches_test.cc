// Which compressed batches a partition looks into, and that what it took unseen does no harm.
#include <gtest/gtest.h>

#include "base/log.h"
#include "broker/test_broker.h"
#include "record/compression.h"
#include "record/testing.h"
#include "wire/00_produce.h"
#include "wire/01_fetch.h"
#include "wire/02_list_offsets.h"
#include "wire/44_incremental_alter_configs.h"

namespace kelp::broker {
namespace {

using record::Codec;

constexpr uint64_t kOpenedOneIn = 256;

/// Whole frames of the codec, in them `inside`, and a header that speaks of three records.
Slice batch_with(Bytes inside, Codec codec = Codec::lz4, int64_t time_ms = 1000) {
  record::BatchOptions options;
  options.codec = codec;
  const Slice like = batch_of(3, options, time_ms);
  return record::testing::with_payload(like, *record::compress(codec, inside), 3);
}
Slice unreadable(Codec codec = Codec::lz4, int64_t time_ms = 1000) {
  return batch_with(as_bytes("no records at all, but long enough"), codec, time_ms);
}
Slice readable(Codec codec = Codec::lz4, int64_t time_ms = 1000) {
  record::BatchOptions options;
  options.codec = codec;
  return batch_of(3, options, time_ms);
}

class CompressedBatches : public testing::TestWithParam<size_t> {
 protected:
  void SetUp() override { set_log_level(LogLevel::off); }

  static ErrorCode produce(TestBroker& broker, Slice batch) {
    wire::ProduceRequest request;
    request.acks = -1;
    auto& data = request.topic_data.emplace_back();
    data.name = "t";
    data.partition_data.emplace_back().records = wire::Records(std::move(batch));
    const auto response = broker.call<wire::ProduceResponse>(request, 9);
    return response.responses.at(0).partition_responses.at(0).error_code;
  }

  static auto offset_at(TestBroker& broker, int64_t time_ms) {
    wire::ListOffsetsRequest request;
    request.topics.emplace_back().name = "t";
    request.topics[0].partitions.emplace_back().timestamp = time_ms;
    const auto response = broker.call<wire::ListOffsetsResponse>(request, 7);
    return response.topics.at(0).partitions.at(0);
  }

  static Slice stored(TestBroker& broker) {
    wire::FetchRequest request;
    request.max_bytes = 1 << 24;
    auto& topic = request.topics.emplace_back();
    topic.topic = "t";
    topic.partitions.emplace_back().partition_max_bytes = 1 << 24;
    const auto response = broker.call<wire::FetchResponse>(request, 11);
    return response.responses.at(0).partitions.at(0).records.slice();
  }
};

INSTANTIATE_TEST_SUITE_P(shards, CompressedBatches, testing::Values(1, 3));

TEST_P(CompressedBatches, the_first_of_a_connection_is_looked_into_and_one_in_256) {
  TestBroker broker(GetParam());
  broker.create_topic("t");
  EXPECT_EQ(produce(broker, unreadable()), ErrorCode::invalid_record);
  broker.keep_connection();
  EXPECT_EQ(produce(broker, unreadable()), ErrorCode::invalid_record);
  uint64_t taken = 0;
  while (produce(broker, unreadable()) == ErrorCode::none) ++taken;
  EXPECT_EQ(taken, kOpenedOneIn - 1);
}

TEST_P(CompressedBatches, all_are_looked_into_if_it_is_wanted) {
  TestBroker broker(GetParam(), {"kelp.produce.validate.compressed=always"});
  broker.create_topic("t");
  broker.keep_connection();
  for (const Codec codec : record::testing::kCompressing) {
    EXPECT_EQ(produce(broker, readable(codec)), ErrorCode::none);
    EXPECT_EQ(produce(broker, unreadable(codec)), ErrorCode::invalid_record);
  }
}

TEST_P(CompressedBatches, of_a_topic_that_needs_to_know_more_all_are_looked_into) {
  const std::pair<std::string, std::string> needs[] = {
      {"cleanup.policy", "compact,delete"},
      {"compression.type", "zstd"},
      {"message.timestamp.before.max.ms", "100000000000000"}};
  for (const auto& need : needs) {
    TestBroker broker(GetParam());
    broker.create_topic("t", {need});
    broker.keep_connection();
    (void)produce(broker, readable());
    EXPECT_EQ(produce(broker, unreadable()), ErrorCode::invalid_record) << need.first;
  }
}

TEST_P(CompressedBatches, one_that_cannot_be_read_hides_none_behind_it) {
  TestBroker broker(GetParam());
  broker.create_topic("t");
  broker.keep_connection();
  ASSERT_EQ(produce(broker, readable(Codec::lz4, 1000)), ErrorCode::none);
  ASSERT_EQ(produce(broker, unreadable(Codec::zstd, 2000)), ErrorCode::none);
  ASSERT_EQ(produce(broker, readable(Codec::snappy, 3000)), ErrorCode::none);
  ASSERT_EQ(produce(broker, unreadable(Codec::zstd, 4000)), ErrorCode::none);
  EXPECT_EQ(offset_at(broker, 1001).offset, 1);
  EXPECT_EQ(offset_at(broker, 2000).offset, 6) << "nobody can read what is in between";
  EXPECT_EQ(offset_at(broker, 4000).offset, -1);
  EXPECT_EQ(offset_at(broker, 4000).error_code, ErrorCode::none);
  EXPECT_EQ(offset_at(broker, -3).error_code, ErrorCode::none);
  const Slice all = stored(broker);
  record::BatchCursor batches(all.bytes());
  int count = 0;
  while (const auto batch = batches.next()) {
    EXPECT_TRUE(batch->crc_is_right());
    ++count;
  }
  EXPECT_EQ(count, 4);
}

}  // namespace
}  // namespace kelp::broker
