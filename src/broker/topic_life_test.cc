// What a topic's settings do to what is produced to it: how large it may be, how it is stored, how
// many copies it needs, when its segment ends.
#include <gtest/gtest.h>

#include <set>

#include "base/log.h"
#include "broker/log_cleaning.h"
#include "broker/test_broker.h"
#include "record/compression.h"
#include "wire/00_produce.h"
#include "wire/01_fetch.h"
#include "wire/19_create_topics.h"

namespace kelp::broker {
namespace {

class TopicLifeTest : public testing::TestWithParam<size_t> {
 protected:
  void SetUp() override { set_log_level(LogLevel::off); }

  static wire::ProduceRequest request_of(const std::string& topic, const std::string& value,
                                         record::Codec codec = record::Codec::none,
                                         int64_t timestamp_ms = 1000) {
    record::BatchOptions options;
    options.codec = codec;
    record::BatchBuilder builder(options);
    record::NewRecord record;
    record.timestamp_ms = timestamp_ms;
    record.value = as_bytes(value);
    builder.add(record);
    wire::ProduceRequest request;
    request.acks = 1;
    auto& data = request.topic_data.emplace_back();
    data.name = topic;
    data.partition_data.emplace_back().records = wire::Records(*builder.build());
    return request;
  }
  static auto put(TestBroker& broker, const wire::ProduceRequest& request, size_t node = 0) {
    const auto response = broker.call<wire::ProduceResponse>(request, 9, node);
    return response.responses.at(0).partition_responses.at(0);
  }

  /// The one batch of a topic, as it is stored.
  Slice stored(TestBroker& broker, const std::string& topic) {
    wire::FetchRequest request;
    request.max_bytes = 1 << 24;
    auto& wanted = request.topics.emplace_back();
    wanted.topic = topic;
    wanted.partitions.emplace_back().partition_max_bytes = 1 << 24;
    const auto response = broker.call<wire::FetchResponse>(request, 11);
    return Slice::copy_of(response.responses.at(0).partitions.at(0).records.slice().bytes());
  }

  static std::vector<cleaner::Segment> segments_of(TestBroker& broker, const std::string& topic,
                                                   int32_t index) {
    return broker.run([&]() -> rt::Task<std::vector<cleaner::Segment>> {
      const engine::PartitionId id = broker.broker().image()->find(topic)->partition_id(index);
      ShardState& owner = broker.broker().shards().owner_of(id);
      auto there = [&]() -> rt::Task<std::vector<cleaner::Segment>> {
        const auto sealed = co_await sealed_part(owner.find(id));
        co_return sealed->segments;
      };
      co_return co_await rt::call_on(owner.shard(), there);
    });
  }
};

INSTANTIATE_TEST_SUITE_P(shards, TopicLifeTest, testing::Values(1, 3));

TEST_P(TopicLifeTest, what_does_not_fit_a_segment_is_refused) {
  TestBroker broker(GetParam());
  broker.create_topic("t", {{"segment.bytes", "1048576"}, {"max.message.bytes", "5000000"}});
  const auto refused = put(broker, request_of("t", std::string(1'048'576, 'x')));
  EXPECT_EQ(refused.error_code, ErrorCode::record_list_too_large);
  EXPECT_EQ(refused.log_start_offset, -1);
  EXPECT_EQ(put(broker, request_of("t", std::string(1'000'000, 'x'))).error_code, ErrorCode::none);
}

TEST_P(TopicLifeTest, the_largest_message_is_measured_as_it_is_stored) {
  TestBroker broker(GetParam());
  broker.create_topic("t", {{"compression.type", "uncompressed"}, {"max.message.bytes", "10000"}});
  const auto refused = put(broker, request_of("t", std::string(50'000, 'x'), record::Codec::gzip));
  EXPECT_EQ(refused.error_code, ErrorCode::message_too_large);
  EXPECT_EQ(refused.log_start_offset, -1);
  EXPECT_EQ(put(broker, request_of("t", std::string(9'000, 'x'), record::Codec::gzip)).error_code,
            ErrorCode::none);
  EXPECT_GT(stored(broker, "t").size(), 9'000U);
}

TEST_P(TopicLifeTest, batches_are_stored_in_the_topics_codec_at_its_level) {
  TestBroker broker(GetParam());
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i * i % 7919) + ",";
  const struct {
    std::string type, key, low, high;
    record::Codec codec;
  } cases[] = {
      {"gzip", "compression.gzip.level", "1", "9", record::Codec::gzip},
      {"lz4", "compression.lz4.level", "1", "17", record::Codec::lz4},
      {"zstd", "compression.zstd.level", "-5", "19", record::Codec::zstd},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.type);
    size_t sizes[2] = {};
    for (const bool high : {false, true}) {
      const std::string name = one.type + (high ? "-high" : "-low");
      broker.create_topic(name,
                          {{"compression.type", one.type}, {one.key, high ? one.high : one.low}});
      ASSERT_EQ(put(broker, request_of(name, text, record::Codec::snappy)).error_code,
                ErrorCode::none);
      const Slice bytes = stored(broker, name);
      const auto batch = record::first_batch(bytes.bytes());
      ASSERT_TRUE(batch.has_value());
      EXPECT_EQ(batch->codec(), one.codec);
      const auto plain = record::decompress(one.codec, batch->payload(), 1 << 20);
      ASSERT_TRUE(plain.has_value());
      EXPECT_NE(plain->text().find(text), std::string_view::npos);
      sizes[high ? 1 : 0] = bytes.size();
    }
    EXPECT_LT(sizes[1], sizes[0]);
  }
}

TEST_P(TopicLifeTest, acks_of_all_need_as_many_replicas_as_min_insync_replicas_says) {
  TestBroker broker(GetParam(), {}, 3);
  broker.create_topic("one", {{"min.insync.replicas", "2"}}, 1, 1);
  broker.create_topic("two", {{"min.insync.replicas", "2"}}, 1, 2);
  const auto leader = [&](const std::string& topic) {
    return broker.on_first_shard([&] {
      const ClusterRef image = broker.broker().image();
      return static_cast<size_t>(image->find(topic)->partition(0)->leader.value() -
                                 image->nodes().front().id.value());
    });
  };
  auto request = request_of("one", "v");
  EXPECT_EQ(put(broker, request, leader("one")).error_code, ErrorCode::none) << "acks=1";
  request = request_of("one", "v");
  request.acks = -1;
  EXPECT_EQ(put(broker, request, leader("one")).error_code, ErrorCode::not_enough_replicas);
  request = request_of("two", "v");
  request.acks = -1;
  EXPECT_EQ(put(broker, request, leader("two")).error_code, ErrorCode::none);
}

TEST_P(TopicLifeTest, segments_end_by_time_each_partitions_at_another_one) {
  constexpr int32_t kPartitions = 8;
  constexpr int64_t kSegmentMs = 10'000, kStepMs = 10;
  TestBroker broker(GetParam());
  const std::string segment_ms = std::to_string(kSegmentMs);
  broker.create_topic("same", {{"segment.ms", segment_ms}}, kPartitions);
  broker.create_topic("jitter", {{"segment.ms", segment_ms}, {"segment.jitter.ms", segment_ms}},
                      kPartitions);
  std::map<std::string, std::set<int64_t>> lengths;
  for (const std::string topic : {"same", "jitter"}) {
    for (int32_t index = 0; index < kPartitions; ++index) {
      for (int64_t at_ms = 0; at_ms <= kSegmentMs + kStepMs; at_ms += kStepMs) {
        auto request = request_of(topic, "v", record::Codec::none, 1000 + at_ms);
        request.topic_data[0].partition_data[0].index = index;
        ASSERT_EQ(put(broker, request).error_code, ErrorCode::none);
      }
      const auto segments = segments_of(broker, topic, index);
      ASSERT_FALSE(segments.empty()) << topic << "-" << index;
      lengths[topic].insert(segments.front().max_timestamp_ms - 1000);
    }
  }
  EXPECT_EQ(lengths["same"], std::set<int64_t>{kSegmentMs});
  EXPECT_GT(lengths["jitter"].size(), 5U);
  EXPECT_LT(*lengths["jitter"].begin(), kSegmentMs / 2);
  EXPECT_LE(*lengths["jitter"].rbegin(), kSegmentMs);
}

}  // namespace
}  // namespace kelp::broker
