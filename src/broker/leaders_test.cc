// Who leads what, told and changed: ElectLeaders, AlterPartitionReassignments,
// ListPartitionReassignments, UnregisterBroker, DescribeTopicPartitions, ListConfigResources.
#include <gtest/gtest.h>

#include "broker/api/handlers.h"
#include "broker/test_broker.h"

namespace kelp::broker {
namespace {

using Cursor = wire::DescribeTopicPartitionsRequest::Cursor;

class LeadersTest : public testing::TestWithParam<size_t> {
 protected:
  TestBroker broker{GetParam(), {}, 3};

  void SetUp() override {
    for (const char* name : {"b", "a"}) {
      wire::CreateTopicsRequest request;
      auto& topic = request.topics.emplace_back();
      topic.name = name;
      topic.num_partitions = topic.replication_factor = -1;
      for (int32_t i = 0; i < 3; ++i) {
        auto& assignment = topic.assignments.emplace_back();
        assignment.partition_index = i;
        assignment.broker_ids = {1, 2};
      }
      const auto made = broker.call<wire::CreateTopicsResponse>(request, 7);
      ASSERT_EQ(made.topics.at(0).error_code, ErrorCode::none);
    }
  }

  auto reassign(const std::string& name, int32_t partition,
                std::optional<std::vector<int32_t>> replicas, bool may_change_factor = true) {
    wire::AlterPartitionReassignmentsRequest request;
    request.allow_replication_factor_change = may_change_factor;
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.partitions.emplace_back().partition_index = partition;
    topic.partitions.back().replicas = std::move(replicas);
    const auto answer = broker.call<wire::AlterPartitionReassignmentsResponse>(request, 1);
    return answer.responses.at(0).partitions.at(0);
  }

  wire::DescribeTopicPartitionsResponse page(std::vector<std::string> names, int32_t limit,
                                             std::optional<Cursor> cursor = {}) {
    wire::DescribeTopicPartitionsRequest request;
    for (auto& name : names) request.topics.emplace_back().name = std::move(name);
    request.response_partition_limit = limit;
    request.cursor = std::move(cursor);
    return broker.call<wire::DescribeTopicPartitionsResponse>(request, 0);
  }

  ErrorCode produce(const std::string& name, int32_t partition, int32_t node) {
    wire::ProduceRequest request;
    request.acks = -1;
    auto& data = request.topic_data.emplace_back();
    data.name = name;
    data.partition_data.emplace_back().records = wire::Records(batch_of(1));
    data.partition_data.back().index = partition;
    const auto answer =
        broker.call<wire::ProduceResponse>(request, 9, static_cast<size_t>(node - 1));
    return answer.responses.at(0).partition_responses.at(0).error_code;
  }
};

Cursor at(const std::string& topic, int32_t partition) {
  Cursor cursor;
  cursor.topic_name = topic;
  cursor.partition_index = partition;
  return cursor;
}

TEST_P(LeadersTest, the_first_of_the_new_replicas_leads_with_a_higher_epoch) {
  EXPECT_EQ(produce("a", 1, 1), ErrorCode::none);
  EXPECT_EQ(produce("a", 1, 3), ErrorCode::not_leader_or_follower);
  EXPECT_EQ(reassign("a", 1, std::vector<int32_t>{3, 1, 2}).error_code, ErrorCode::none);
  EXPECT_EQ(produce("a", 1, 1), ErrorCode::not_leader_or_follower);
  EXPECT_EQ(produce("a", 1, 3), ErrorCode::none);
  const auto partition = page({"a"}, 10).topics.at(0).partitions.at(1);
  EXPECT_EQ(partition.leader_id, 3);
  EXPECT_EQ(partition.leader_epoch, 1);
  EXPECT_EQ(partition.replica_nodes, (std::vector<int32_t>{3, 1, 2}));
  EXPECT_EQ(reassign("a", 1, std::vector<int32_t>{3, 2}).error_code, ErrorCode::none);
  EXPECT_EQ(page({"a"}, 10).topics.at(0).partitions.at(1).leader_epoch, 1);
  const auto under_way = broker.call<wire::ListPartitionReassignmentsResponse>(
      wire::ListPartitionReassignmentsRequest(), 0);
  EXPECT_TRUE(under_way.topics.empty());
}

TEST_P(LeadersTest, reassignments_are_refused_with_kafkas_words) {
  EXPECT_EQ(reassign("nope", 0, std::vector<int32_t>{1}).error_message,
            "Unable to find a topic named nope.");
  EXPECT_EQ(reassign("a", 3, std::vector<int32_t>{1}).error_message,
            "Unable to find partition a:3.");
  EXPECT_EQ(reassign("a", 0, std::nullopt).error_code, ErrorCode::no_reassignment_in_progress);
  EXPECT_EQ(reassign("a", 0, std::vector<int32_t>{}).error_code,
            ErrorCode::invalid_replica_assignment);
  EXPECT_EQ(reassign("a", 0, std::vector<int32_t>{9}).error_code,
            ErrorCode::invalid_replica_assignment);
  EXPECT_EQ(reassign("a", 0, std::vector<int32_t>{1}, false).error_message,
            "The replication factor is changed from 2 to 1");
  EXPECT_EQ(page({"a"}, 10).topics.at(0).partitions.at(0).replica_nodes,
            (std::vector<int32_t>{1, 2}));
}

TEST_P(LeadersTest, there_is_nothing_to_elect) {
  wire::ElectLeadersRequest request;
  auto& topic = request.topic_partitions.emplace().emplace_back();
  topic.topic = "a";
  topic.partitions = {0, 3};
  for (int16_t version = 0; version <= 2; ++version) {
    const auto answer = broker.call<wire::ElectLeadersResponse>(request, version);
    const auto& partitions = answer.replica_election_results.at(0).partition_result;
    EXPECT_EQ(partitions.at(0).error_code, ErrorCode::election_not_needed);
    EXPECT_EQ(partitions.at(1).error_message, "No such partition as a-3");
  }
  request.election_type = 2;
  EXPECT_EQ(broker.call<wire::ElectLeadersResponse>(request, 1).error_code,
            ErrorCode::invalid_request);
  request.election_type = 0;
  request.topic_partitions.reset();
  const auto all = broker.call<wire::ElectLeadersResponse>(request, 2);
  ASSERT_EQ(all.replica_election_results.size(), 2U);
  EXPECT_TRUE(all.replica_election_results[0].partition_result.empty());
}

TEST_P(LeadersTest, no_broker_is_unregistered) {
  wire::UnregisterBrokerRequest request;
  request.broker_id = 9;
  const auto unknown = broker.call<wire::UnregisterBrokerResponse>(request, 0);
  EXPECT_EQ(unknown.error_code, ErrorCode::broker_id_not_registered);
  EXPECT_EQ(unknown.error_message, "Broker ID 9 is not currently registered");
  request.broker_id = 2;
  EXPECT_EQ(broker.call<wire::UnregisterBrokerResponse>(request, 0).error_code,
            ErrorCode::invalid_request);
}

TEST_P(LeadersTest, pages_go_on_where_the_cursor_says) {
  const auto first = page({"b", "a", "nope"}, 4);
  ASSERT_EQ(first.topics.size(), 2U);
  EXPECT_EQ(first.topics[0].name, "a");
  EXPECT_EQ(first.topics[0].partitions.size(), 3U);
  EXPECT_EQ(first.topics[1].partitions.size(), 1U);
  ASSERT_TRUE(first.next_cursor.has_value());
  EXPECT_EQ(first.next_cursor->topic_name, "b");
  EXPECT_EQ(first.next_cursor->partition_index, 1);
  const auto second = page({"b", "a", "nope"}, 4, at("b", 1));
  ASSERT_EQ(second.topics.size(), 2U);
  EXPECT_EQ(second.topics[0].partitions.size(), 2U);
  EXPECT_EQ(second.topics[0].partitions[0].partition_index, 1);
  EXPECT_EQ(second.topics[1].error_code, ErrorCode::unknown_topic_or_partition);
  EXPECT_FALSE(second.next_cursor.has_value());
  EXPECT_EQ(page({}, 3).next_cursor->partition_index, 0);  // ends with a topic
  EXPECT_EQ(page({}, 0).topics.at(0).partitions.size(), 1U);
  EXPECT_EQ(page({"a"}, 9, at("a", -1)).topics.at(0).error_code, ErrorCode::invalid_request);
  EXPECT_EQ(page({"a"}, 9, at("b", 0)).topics.at(0).error_code, ErrorCode::invalid_request);
}

TEST_P(LeadersTest, resources_are_listed_by_type) {
  wire::ListConfigResourcesRequest request;
  EXPECT_TRUE(broker.call<wire::ListConfigResourcesResponse>(request, 0).config_resources.empty());
  // Three brokers, their loggers, two topics.
  EXPECT_EQ(broker.call<wire::ListConfigResourcesResponse>(request, 1).config_resources.size(), 8U);
  request.resource_types = {2};
  const auto topics = broker.call<wire::ListConfigResourcesResponse>(request, 1);
  ASSERT_EQ(topics.config_resources.size(), 2U);
  EXPECT_EQ(topics.config_resources[0].resource_name, "a");
  request.resource_types = {99};
  EXPECT_EQ(broker.call<wire::ListConfigResourcesResponse>(request, 1).error_code,
            ErrorCode::unsupported_version);
}

INSTANTIATE_TEST_SUITE_P(shards, LeadersTest, testing::Values(1, 3));

}  // namespace
}  // namespace kelp::broker
