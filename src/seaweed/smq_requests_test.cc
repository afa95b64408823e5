// No request that would end the broker's process can be made: every shape that does (measured on
// weed 4.48) is tried.
#include "seaweed/smq_requests.h"

#include <gtest/gtest.h>

namespace kelp::seaweed {
namespace {

using smq::TopicName;

const std::vector<TopicName> kNoTopics = {{"", ""},
                                          {"kafka", ""},
                                          {"", "orders"},
                                          {"kafka", ".."},
                                          {"..", "orders"},
                                          {"kafka", "a/b"},
                                          {"kafka", std::string(300, 'a')}};

TEST(SmqRequests, without_a_topic_there_is_no_request) {
  for (const TopicName& topic : kNoTopics) {
    EXPECT_FALSE(smq_request::configure(topic, 4, nullptr)) << topic.name;
    EXPECT_FALSE(smq_request::configuration_of(topic)) << topic.name;
    EXPECT_FALSE(SmqPartition::of(topic, {0, 2520}, 1)) << topic.name;
  }
}

TEST(SmqRequests, counts_that_no_topic_has_are_refused) {
  messaging_pb::GetTopicConfigurationResponse current;
  current.set_partition_count(4);
  for (const int32_t count : {0, -1, 2521, INT32_MIN}) {
    EXPECT_FALSE(smq_request::configure({"kafka", "orders"}, count, nullptr)) << count;
    EXPECT_FALSE(smq_request::configure({"kafka", "orders"}, count, &current)) << count;
  }
  EXPECT_TRUE(smq_request::configure({"kafka", "orders"}, 4, &current));
  // It would begin a new, empty generation.
  EXPECT_FALSE(smq_request::configure({"kafka", "orders"}, 5, &current));
}

TEST(SmqRequests, a_partition_is_a_slice_of_the_ring_in_a_generation) {
  for (const smq::RingSlice slice :
       {smq::RingSlice{0, 0}, {-1, 420}, {420, 0}, {0, 2521}, {2520, 2520}}) {
    EXPECT_FALSE(SmqPartition::of({"kafka", "orders"}, slice, 1)) << slice.start;
  }
  EXPECT_FALSE(SmqPartition::of({"kafka", "orders"}, {0, 420}, 0));
  EXPECT_FALSE(SmqPartition::of({"kafka", "orders"}, {0, 420}, -1));
}

TEST(SmqRequests, what_is_made_has_its_topic_and_its_partition) {
  const SmqPartition partition =
      *SmqPartition::of({"kafka", "orders"}, {420, 840}, 1795355318928543054);
  EXPECT_EQ(partition.directory(), "/topics/kafka/orders/v2026-11-22-13-48-38/0420-0840");
  const auto is_right = [](const schema_pb::Topic& topic, const schema_pb::Partition& part) {
    return topic.namespace_() == "kafka" && topic.name() == "orders" && part.ring_size() == 2520 &&
           part.range_start() == 420 && part.range_stop() == 840 &&
           part.unix_time_ns() == 1795355318928543054;
  };
  const auto publish = smq_request::publish_init(partition, "kelp");
  ASSERT_TRUE(publish.has_init() && publish.init().has_topic() && publish.init().has_partition());
  EXPECT_TRUE(is_right(publish.init().topic(), publish.init().partition()));
  const auto subscribe = smq_request::subscribe_init(partition, "g");
  ASSERT_TRUE(subscribe.has_init() && subscribe.init().has_topic() &&
              subscribe.init().partition_offset().has_partition());
  EXPECT_TRUE(is_right(subscribe.init().topic(), subscribe.init().partition_offset().partition()));
  const auto range = smq_request::range_of(partition);
  ASSERT_TRUE(range.has_topic() && range.has_partition());
  EXPECT_TRUE(is_right(range.topic(), range.partition()));
  const auto data = smq_request::publish_data(as_bytes("k"), as_bytes("v"));
  EXPECT_TRUE(data.has_data());
  EXPECT_EQ(data.data().ts_ns(), 0);
}

TEST(SmqRequests, a_schema_is_repeated_as_it_was) {
  messaging_pb::GetTopicConfigurationResponse current;
  current.set_partition_count(4);
  // A field of the record type, which Kelp does not know.
  ASSERT_TRUE(current.mutable_message_record_type()->ParseFromString("\x0a\x03\x0a\x01x"));
  current.add_key_columns("id");
  current.set_schema_format("avro");
  current.mutable_retention()->set_retention_seconds(60);
  const auto request = smq_request::configure({"kafka", "orders"}, 4, &current);
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->message_record_type().SerializeAsString(), "\x0a\x03\x0a\x01x");
  EXPECT_EQ(request->key_columns(0), "id");
  EXPECT_EQ(request->schema_format(), "avro");
  EXPECT_EQ(request->retention().retention_seconds(), 60);
}

}  // namespace
}  // namespace kelp::seaweed
