// CreatePartitions: what is refused with which words, and that new partitions are there for
// everybody when the answer is.
#include <gtest/gtest.h>

#include <set>

#include "broker/api/handlers.h"
#include "broker/test_broker.h"

namespace kelp::broker {
namespace {

using Grown = wire::CreatePartitionsResponse::CreatePartitionsTopicResult;
using Replicas = std::vector<std::vector<int32_t>>;

class PartitionsTest : public testing::TestWithParam<size_t> {
 protected:
  TestBroker broker{GetParam(), {}, 3};

  void SetUp() override { create("t", 2, 2); }

  void create(const std::string& name, int32_t partitions, int16_t replicas) {
    wire::CreateTopicsRequest request;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.num_partitions = partitions;
    topic.replication_factor = replicas;
    ASSERT_EQ(broker.call<wire::CreateTopicsResponse>(request, 7).topics.at(0).error_code,
              ErrorCode::none);
  }

  Grown grow(const std::string& name, int32_t count, std::optional<Replicas> replicas = {},
             bool validate_only = false, int32_t timeout_ms = 1000) {
    wire::CreatePartitionsRequest request;
    request.timeout_ms = timeout_ms;
    request.validate_only = validate_only;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.count = count;
    if (replicas.has_value()) {
      topic.assignments.emplace();
      for (auto& nodes : *replicas) topic.assignments->emplace_back().broker_ids = nodes;
    }
    return broker.call<wire::CreatePartitionsResponse>(request, 3).results.at(0);
  }

  auto partitions_of(const std::string& name) {
    wire::MetadataRequest request;
    request.topics.emplace().emplace_back().name = name;
    return broker.call<wire::MetadataResponse>(request, 12).topics.at(0).partitions;
  }
};

TEST_P(PartitionsTest, new_ones_take_records_when_the_answer_is_there_and_leaders_are_spread) {
  EXPECT_EQ(grow("t", 6).error_code, ErrorCode::none);
  const auto partitions = partitions_of("t");
  ASSERT_EQ(partitions.size(), 6U);
  std::map<int32_t, int> led;
  for (const auto& partition : partitions) {
    ++led[partition.leader_id];
    EXPECT_EQ(partition.replica_nodes.size(), 2U);
    wire::ProduceRequest request;
    request.acks = -1;
    auto& data = request.topic_data.emplace_back();
    data.name = "t";
    auto& each = data.partition_data.emplace_back();
    each.index = partition.partition_index;
    each.records = wire::Records(batch_of(1));
    const auto answer = broker.call<wire::ProduceResponse>(
        request, 9, static_cast<size_t>(partition.leader_id - 1));
    EXPECT_EQ(answer.responses.at(0).partition_responses.at(0).error_code, ErrorCode::none);
  }
  for (const auto& [node, count] : led) EXPECT_EQ(count, 2) << node;
}

TEST_P(PartitionsTest, counts_that_are_no_increase_are_refused) {
  EXPECT_EQ(grow("t", 2).error_message, "Topic already has 2 partition(s).");
  const Grown fewer = grow("t", 1);
  EXPECT_EQ(fewer.error_code, ErrorCode::invalid_partitions);
  EXPECT_EQ(fewer.error_message,
            "The topic t currently has 2 partition(s); 1 would not be an increase.");
  EXPECT_EQ(grow("nope", 3).error_code, ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(grow("t", 20'000).error_code, ErrorCode::policy_violation);
  EXPECT_EQ(grow("t", 3, {}, false, 0).error_code, ErrorCode::request_timed_out);
  EXPECT_EQ(partitions_of("t").size(), 2U);
}

TEST_P(PartitionsTest, assignments_are_judged_as_kafka_does) {
  const auto message = [&](Replicas replicas) {
    const Grown answer = grow("t", 3, std::move(replicas));
    EXPECT_EQ(answer.error_code, ErrorCode::invalid_replica_assignment);
    return answer.error_message.value_or("");
  };
  EXPECT_EQ(message({}),
            "Attempted to add 1 additional partition(s), but only 0 assignment(s) were specified.");
  EXPECT_EQ(message({{}}), "The manual partition assignment includes an empty replica list.");
  EXPECT_EQ(message({{1, 1}}),
            "The manual partition assignment includes the broker 1 more than once.");
  EXPECT_EQ(message({{1, 9}}),
            "The manual partition assignment includes broker 9, but no such broker is registered.");
  EXPECT_EQ(message({{1}}),
            "The manual partition assignment includes a partition with 1 replica(s), but this is "
            "not consistent with previous partitions, which have 2 replica(s).");
  EXPECT_EQ(partitions_of("t").size(), 2U);
  EXPECT_EQ(grow("t", 3, Replicas{{3, 1}}).error_code, ErrorCode::none);
  EXPECT_EQ(partitions_of("t").at(2).leader_id, 3);
}

TEST_P(PartitionsTest, validate_only_makes_none) {
  EXPECT_EQ(grow("t", 9, {}, true).error_code, ErrorCode::none);
  EXPECT_EQ(partitions_of("t").size(), 2U);
}

TEST_P(PartitionsTest, a_topic_that_is_named_twice_is_refused_once) {
  wire::CreatePartitionsRequest request;
  request.timeout_ms = 1000;
  for (int i = 0; i < 2; ++i) {
    auto& topic = request.topics.emplace_back();
    topic.name = "t";
    topic.count = 4;
  }
  const auto answer = broker.call<wire::CreatePartitionsResponse>(request, 0);
  ASSERT_EQ(answer.results.size(), 1U);
  EXPECT_EQ(answer.results[0].error_message, "Duplicate topic name.");
  EXPECT_EQ(partitions_of("t").size(), 2U);
}

INSTANTIATE_TEST_SUITE_P(shards, PartitionsTest, testing::Values(1, 3));

}  // namespace
}  // namespace kelp::broker
