// Names: Kafka's for SeaweedMQ's and back, and those of directories and files.
#include <gtest/gtest.h>

#include <set>

#include "smq/paths.h"
#include "smq/topic_names.h"

namespace kelp::smq {
namespace {

TEST(TopicNames, what_would_be_another_path_is_refused) {
  const std::string long_name(250, 'a');
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string("a/b"), std::string("a\\b"),
        std::string("a b"), std::string("a\0b", 3), std::string("\xc3\xa9"), long_name}) {
    EXPECT_NE(fault_of_name(name), nullptr) << name;
    EXPECT_FALSE(check({name, "t"})) << name;
    EXPECT_FALSE(check({"kafka", name})) << name;
  }
  for (const std::string& name :
       {std::string("Orders_2.v-1"), std::string("..."), long_name.substr(1)}) {
    EXPECT_EQ(fault_of_name(name), nullptr) << name;
  }
}

TEST(TopicNames, the_default_namespace_is_bare) {
  EXPECT_EQ(kafka_name({"kafka", "a.b"}, kDefaultNamespace), "a.b");
  EXPECT_EQ(kafka_name({"billing", "orders"}, kDefaultNamespace), "billing.orders");
  EXPECT_EQ(kafka_name({"billing", "orders"}, "billing"), "orders");
  EXPECT_EQ(kafka_name({"kafka", ".meta"}, kDefaultNamespace), std::nullopt);
  EXPECT_EQ(kafka_name({".system", "log"}, kDefaultNamespace), std::nullopt);
  EXPECT_EQ(kafka_name({"kafka", "a/b"}, kDefaultNamespace), std::nullopt);
  EXPECT_EQ(kafka_name({std::string(200, 'a'), std::string(49, 'b')}, "kafka"), std::nullopt);
}

TEST(TopicNames, two_topics_with_one_name_are_not_shown_both) {
  const VisibleTopics seen =
      visible({{"x", "y.z"}, {"x.y", "z"}, {"kafka", "a.b"}, {"a", "b"}, {"kafka", "c d"}},
              kDefaultNamespace);
  ASSERT_EQ(seen.topics.size(), 2U);
  EXPECT_EQ(seen.topics[0].kafka_name, "a.b");
  EXPECT_EQ(seen.topics[0].topic, (TopicName{"kafka", "a.b"}));
  EXPECT_EQ(seen.topics[1].kafka_name, "x.y.z");
  EXPECT_EQ(seen.topics[1].topic, (TopicName{"x", "y.z"}));
  EXPECT_EQ(std::set(seen.hidden.begin(), seen.hidden.end()),
            (std::set<TopicName>{{"a", "b"}, {"x.y", "z"}, {"kafka", "c d"}}));
}

TEST(TopicNames, a_name_is_never_used_again) {
  std::set<std::string, std::less<>> used;
  const auto is_used = [&](std::string_view name) { return used.contains(name); };
  for (const char* expected : {"orders", "orders.1", "orders.2"}) {
    EXPECT_EQ(*unused_name("orders", is_used), expected);
    used.insert(expected);
  }
  const std::string longest(kMaxNameBytes, 'a');
  EXPECT_EQ(*unused_name(longest, is_used), longest);
  used.insert(longest);
  EXPECT_FALSE(unused_name(longest, is_used));
  EXPECT_FALSE(unused_name("b", [](std::string_view) { return true; }));
}

TEST(Paths, as_weed_makes_them) {
  EXPECT_EQ(topic_directory({"kafka", "orders"}), "/topics/kafka/orders");
  EXPECT_EQ(partition_directory({"kafka", "orders"}, 1795355318928543054, {420, 840}),
            "/topics/kafka/orders/v2026-11-22-13-48-38/0420-0840");
  EXPECT_EQ(log_file_name(1795355318), "2026-11-22-13-48-38");
  EXPECT_EQ(log_file_second("2026-11-22-13-48-38"), 1795355318);
  EXPECT_EQ(generation_second("v2026-11-22-13-48-38"), 1795355318);
  EXPECT_EQ(partition_slice("0420-0840"), (RingSlice{420, 840}));
}

TEST(Paths, every_second_is_its_own_name) {
  for (int64_t second = 0; second < 253'402'300'800; second += 86'400 * 17 + 12'345) {
    ASSERT_EQ(log_file_second(log_file_name(second)), second);
  }
  EXPECT_EQ(log_file_name(0), "1970-01-01-00-00-00");
  EXPECT_EQ(log_file_name(951'782'400), "2000-02-29-00-00-00");
  EXPECT_EQ(log_file_name(253'402'300'799), "9999-12-31-23-59-59");
}

TEST(Paths, other_files_are_no_log_files) {
  for (const char* name :
       {"checkpoint.offset", "", "2026-11-22-13-48", "2026-11-22-13-48-38.parquet",
        "2026-02-30-00-00-00", "2026-13-01-00-00-00", "2026-00-01-00-00-00", "2026-01-01-24-00-00",
        "2026-01-01-00-60-00", "1969-12-31-23-59-59", "2026 11-22-13-48-38", "v2026-11-22-13-48-38",
        "+026-11-22-13-48-38"}) {
    EXPECT_EQ(log_file_second(name), std::nullopt) << name;
  }
  EXPECT_EQ(generation_second("2026-11-22-13-48-38"), std::nullopt);
  for (const char* name :
       {"0420-0420", "0840-0420", "0000-2521", "0-420", "0000-0420x", "-420-0840"})
    EXPECT_EQ(partition_slice(name), std::nullopt) << name;
}

}  // namespace
}  // namespace kelp::smq
