// What Kafka answers to DescribeTopicPartitions and the APIs that look after partitions and
// brokers.
#include <algorithm>

#include "conformance/behaviour.h"
#include "wire/35_describe_log_dirs.h"
#include "wire/43_elect_leaders.h"
#include "wire/45_alter_partition_reassignments.h"
#include "wire/46_list_partition_reassignments.h"
#include "wire/61_describe_producers.h"
#include "wire/74_list_config_resources.h"
#include "wire/75_describe_topic_partitions.h"

namespace kelp::test {
namespace {

using wire::DescribeTopicPartitionsRequest;
using wire::DescribeTopicPartitionsResponse;

constexpr int32_t kTopicOperations = 3576;

class BehaviourTopicPartitions : public Behaviour {
 protected:
  DescribeTopicPartitionsResponse describe(
      const std::vector<std::string>& names, int32_t limit = 2000,
      std::optional<DescribeTopicPartitionsRequest::Cursor> cursor = std::nullopt) {
    DescribeTopicPartitionsRequest request;
    for (const std::string& name : names) request.topics.emplace_back().name = name;
    request.response_partition_limit = limit;
    request.cursor = std::move(cursor);
    return ask<DescribeTopicPartitionsResponse>(request, 0);
  }
};

TEST_F(BehaviourTopicPartitions, topics_come_sorted_by_name_with_their_authorized_operations) {
  const std::string last = create(fresh_name("z"), 1, {}).name;
  const std::string first = create(fresh_name("a"), 2, {}).name;
  const auto answer = describe({last, first});
  ASSERT_EQ(answer.topics.size(), 2U);
  EXPECT_EQ(answer.topics[0].name, first);
  EXPECT_EQ(answer.topics[0].partitions.size(), 2U);
  EXPECT_EQ(answer.topics[1].name, last);
  for (const auto& topic : answer.topics) {
    EXPECT_EQ(topic.error_code, ErrorCode::none);
    EXPECT_EQ(topic.topic_authorized_operations, kTopicOperations);
  }
  EXPECT_FALSE(answer.next_cursor.has_value());
}

TEST_F(BehaviourTopicPartitions, an_unknown_topic_is_3_and_an_invalid_name_17) {
  EXPECT_EQ(describe({"nobody-made-it"}).topics.at(0).error_code,
            ErrorCode::unknown_topic_or_partition);
  EXPECT_EQ(describe({"bad name"}).topics.at(0).error_code, ErrorCode::invalid_topic_exception);
}

TEST_F(BehaviourTopicPartitions, no_names_are_all_topics) {
  const Topic topic = fresh_topic();
  const auto answer = describe({});
  EXPECT_TRUE(std::ranges::any_of(answer.topics,
                                  [&](const auto& each) { return each.name == topic.name; }));
}

TEST_F(BehaviourTopicPartitions, a_limit_ends_the_answer_with_where_to_go_on_and_is_at_least_1) {
  const Topic topic = fresh_topic(3);
  for (const int32_t limit : {1, 0, -5}) {
    const auto answer = describe({topic.name}, limit);
    ASSERT_EQ(answer.topics.size(), 1U);
    EXPECT_EQ(answer.topics[0].partitions.size(), 1U);
    ASSERT_TRUE(answer.next_cursor.has_value());
    EXPECT_EQ(answer.next_cursor->topic_name, topic.name);
    EXPECT_EQ(answer.next_cursor->partition_index, 1);
  }
  DescribeTopicPartitionsRequest::Cursor from;
  from.topic_name = topic.name;
  from.partition_index = 1;
  const auto rest = describe({topic.name}, 2000, from);
  ASSERT_EQ(rest.topics.at(0).partitions.size(), 2U);
  EXPECT_EQ(rest.topics[0].partitions[0].partition_index, 1);
  EXPECT_FALSE(rest.next_cursor.has_value());
}

class BehaviourAdmin : public Behaviour {
 protected:
  ErrorCode elect(const std::string& topic, int32_t partition, int16_t version) {
    wire::ElectLeadersRequest request;
    auto& wanted = request.topic_partitions.emplace().emplace_back();
    wanted.topic = topic;
    wanted.partitions = {partition};
    const auto answer = ask<wire::ElectLeadersResponse>(request, version);
    return answer.replica_election_results.at(0).partition_result.at(0).error_code;
  }

  ErrorCode reassign(const std::string& topic, const std::optional<std::vector<int32_t>>& replicas,
                     int16_t version) {
    wire::AlterPartitionReassignmentsRequest request;
    auto& wanted = request.topics.emplace_back();
    wanted.name = topic;
    wanted.partitions.emplace_back().replicas = replicas;
    const auto answer = ask<wire::AlterPartitionReassignmentsResponse>(request, version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    return answer.responses.at(0).partitions.at(0).error_code;
  }
};

TEST_F(BehaviourAdmin, the_preferred_leader_need_not_be_elected_and_an_unknown_partition_is_3) {
  const Topic topic = fresh_topic();
  at_versions({0, 1, 2}, [&](int16_t version) {
    EXPECT_EQ(elect(topic.name, 0, version), ErrorCode::election_not_needed);
    EXPECT_EQ(elect(topic.name, 9, version), ErrorCode::unknown_topic_or_partition);
    EXPECT_EQ(elect("nobody-made-it", 0, version), ErrorCode::unknown_topic_or_partition);
  });
}

TEST_F(BehaviourAdmin, cancelling_no_reassignment_is_85_an_unknown_broker_39_and_topic_3) {
  const Topic topic = fresh_topic();
  at_versions({0, 1}, [&](int16_t version) {
    EXPECT_EQ(reassign(topic.name, std::nullopt, version), ErrorCode::no_reassignment_in_progress);
    EXPECT_EQ(reassign(topic.name, {{9}}, version), ErrorCode::invalid_replica_assignment);
    EXPECT_EQ(reassign("nobody-made-it", {{1}}, version), ErrorCode::unknown_topic_or_partition);
  });
}

TEST_F(BehaviourAdmin, no_reassignment_is_ever_under_way) {
  const auto answer =
      ask<wire::ListPartitionReassignmentsResponse>(wire::ListPartitionReassignmentsRequest(), 0);
  EXPECT_EQ(answer.error_code, ErrorCode::none);
  EXPECT_THAT(answer.topics, IsEmpty());
}

TEST_F(BehaviourAdmin, log_dirs_of_an_unknown_topic_are_the_directory_without_topics) {
  at_versions({1, 2, 4, 5}, [&](int16_t version) {
    wire::DescribeLogDirsRequest request;
    auto& wanted = request.topics.emplace().emplace_back();
    wanted.topic = "nobody-made-it";
    wanted.partitions = {0};
    const auto answer = ask<wire::DescribeLogDirsResponse>(request, version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    ASSERT_EQ(answer.results.size(), 1U);
    EXPECT_EQ(answer.results[0].error_code, ErrorCode::none);
    EXPECT_THAT(answer.results[0].topics, IsEmpty());
  });
}

TEST_F(BehaviourAdmin, config_resources_without_a_type_are_those_of_all_types) {
  const Topic topic = fresh_topic();
  const auto answer = ask<wire::ListConfigResourcesResponse>(wire::ListConfigResourcesRequest(), 1);
  EXPECT_EQ(answer.error_code, ErrorCode::none);
  const auto has = [&](int8_t type, const std::string& name) {
    return std::ranges::any_of(answer.config_resources, [&](const auto& each) {
      return each.resource_type == type && each.resource_name == name;
    });
  };
  EXPECT_TRUE(has(2, topic.name));
  EXPECT_TRUE(has(4, "1"));
}

TEST_F(BehaviourAdmin, producers_are_told_with_their_last_sequence_and_an_unknown_partition_is_3) {
  const Topic topic = fresh_topic();
  record::BatchOptions options;
  options.producer_id = 77;
  options.producer_epoch = 3;
  options.base_sequence = 0;
  EXPECT_EQ(produce(topic, batch_of(4, options)).error_code, ErrorCode::none);
  wire::DescribeProducersRequest request;
  auto& wanted = request.topics.emplace_back();
  wanted.name = topic.name;
  wanted.partition_indexes = {0, 9};
  const auto answer = ask<wire::DescribeProducersResponse>(request, 0).topics.at(0).partitions;
  ASSERT_EQ(answer.size(), 2U);
  ASSERT_EQ(answer[0].active_producers.size(), 1U);
  EXPECT_EQ(answer[0].active_producers[0].producer_id, 77);
  EXPECT_EQ(answer[0].active_producers[0].producer_epoch, 3);
  EXPECT_EQ(answer[0].active_producers[0].last_sequence, 3);
  EXPECT_EQ(answer[0].active_producers[0].current_txn_start_offset, -1);
  EXPECT_EQ(answer[1].error_code, ErrorCode::unknown_topic_or_partition);
}

}  // namespace
}  // namespace kelp::test
