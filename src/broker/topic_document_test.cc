#include "broker/topic_document.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace kelp::broker {
namespace {

TopicDocument example() {
  TopicDocument topic;
  topic.name = "orders.v1";
  topic.id = *Uuid::parse("AQIDBAUGBwgJCgsMDQ4PEA");
  topic.unclean_starts = 2;
  topic.replicas = {{BrokerId(1), BrokerId(2)}, {BrokerId(2), BrokerId(1)}};
  topic.overrides = {{"retention.ms", "1000"}};
  return topic;
}

TEST(TopicDocument, is_the_golden_file) {
  const std::string path = std::string(KELP_GOLDEN_DIR) + "/formats/topic.json";
  std::stringstream golden;
  golden << std::ifstream(path).rdbuf();
  EXPECT_EQ(encode(example()) + "\n", golden.str());
}

TEST(TopicDocument, comes_back_as_it_was) {
  const auto topic = decode_topic("topics/orders.v1", encode(example()));
  ASSERT_TRUE(topic.has_value());
  EXPECT_EQ(topic->name, example().name);
  EXPECT_EQ(topic->id, example().id);
  EXPECT_EQ(topic->unclean_starts, 2);
  EXPECT_EQ(topic->replicas, example().replicas);
  EXPECT_EQ(topic->overrides, example().overrides);
}

TEST(TopicDocument, one_that_is_kept_elsewhere_says_where_and_is_of_another_version) {
  TopicDocument shared = example();
  shared.place = "kafka/orders.1@1700000000000000000";
  const std::string body = encode(shared);
  const auto topic = decode_topic("topics/orders.v1", body);
  ASSERT_TRUE(topic.has_value());
  EXPECT_EQ(topic->place, shared.place);
  // Who does not know of places refuses it, instead of opening an empty log of its own.
  EXPECT_NE(body.find("\"version\":2"), std::string::npos);
  EXPECT_TRUE(decode_topic("topics/orders.v1", encode(example()))->place.empty());
}

TEST(TopicDocument, is_refused_with_its_key_when_it_is_none) {
  for (const char* body : {"", "{}", "[1]", R"({"version":2})", R"({"version":1,"name":"t"})"}) {
    const auto topic = decode_topic("topics/t", body);
    ASSERT_FALSE(topic.has_value()) << body;
    EXPECT_EQ(topic.error().kind, ErrorKind::malformed);
    EXPECT_NE(topic.error().what.find("topics/t"), std::string::npos);
  }
}

}  // namespace
}  // namespace kelp::broker
