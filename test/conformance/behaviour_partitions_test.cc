// What Kafka answers to CreatePartitions.
#include "conformance/behaviour.h"
#include "wire/03_metadata.h"
#include "wire/37_create_partitions.h"

namespace kelp::test {
namespace {

using wire::CreatePartitionsRequest;
using wire::CreatePartitionsResponse;
using Order = CreatePartitionsRequest::CreatePartitionsTopic;
using Grown = CreatePartitionsResponse::CreatePartitionsTopicResult;
using Assignments = std::optional<std::vector<std::vector<int32_t>>>;

constexpr std::initializer_list<int16_t> kVersions = {0, 1, 2, 3};

Order order(const std::string& name, int32_t count, const Assignments& assignments = {}) {
  Order topic;
  topic.name = name;
  topic.count = count;
  if (assignments.has_value()) topic.assignments.emplace();
  for (const auto& brokers : assignments.value_or(std::vector<std::vector<int32_t>>())) {
    topic.assignments->emplace_back().broker_ids = brokers;
  }
  return topic;
}

class BehaviourPartitions : public Behaviour {
 protected:
  std::vector<Grown> grow(std::vector<Order> orders, int16_t version, bool validate_only = false) {
    CreatePartitionsRequest request;
    request.topics = std::move(orders);
    request.timeout_ms = 10'000;
    request.validate_only = validate_only;
    return ask<CreatePartitionsResponse>(request, version).results;
  }

  size_t partitions_of(const Topic& topic) {
    wire::MetadataRequest request;
    request.topics.emplace().emplace_back().name = topic.name;
    request.allow_auto_topic_creation = false;
    return ask<wire::MetadataResponse>(request, 12).topics.at(0).partitions.size();
  }

  void expect_refused(const Order& order, ErrorCode error,
                      const std::optional<std::string>& words) {
    at_versions(kVersions, [&](int16_t version) {
      const Grown answer = grow({order}, version).at(0);
      EXPECT_EQ(answer.error_code, error);
      EXPECT_EQ(answer.error_message, words);
    });
  }
};

TEST_F(BehaviourPartitions, new_partitions_take_records_once_it_is_answered) {
  at_versions(kVersions, [&](int16_t version) {
    const Topic topic = fresh_topic(2);
    EXPECT_EQ(grow({order(topic.name, 4)}, version, true).at(0).error_code, ErrorCode::none);
    EXPECT_EQ(partitions_of(topic), 2U);  // only validated
    EXPECT_EQ(grow({order(topic.name, 4)}, version).at(0).error_code, ErrorCode::none);
    EXPECT_EQ(partitions_of(topic), 4U);
    EXPECT_EQ(produce(topic, batch_of(1), 13, 3).error_code, ErrorCode::none);
    EXPECT_EQ(grow({order(topic.name, 5, {{{1}}})}, version).at(0).error_code, ErrorCode::none);
    EXPECT_EQ(partitions_of(topic), 5U);
  });
}

TEST_F(BehaviourPartitions, a_count_that_is_no_increase_is_37) {
  const Topic topic = fresh_topic(2);
  expect_refused(
      order(topic.name, 1), ErrorCode::invalid_partitions,
      "The topic " + topic.name + " currently has 2 partition(s); 1 would not be an increase.");
  expect_refused(order(topic.name, 2), ErrorCode::invalid_partitions,
                 "Topic already has 2 partition(s).");
  EXPECT_EQ(partitions_of(topic), 2U);
}

TEST_F(BehaviourPartitions, assignments_of_another_number_are_39_also_none_at_all) {
  const Topic topic = fresh_topic(2);
  const std::string start = "Attempted to add 1 additional partition(s), but only ";
  expect_refused(order(topic.name, 3, {{}}), ErrorCode::invalid_replica_assignment,
                 start + "0 assignment(s) were specified.");
  expect_refused(order(topic.name, 3, {{{1}, {1}}}), ErrorCode::invalid_replica_assignment,
                 start + "2 assignment(s) were specified.");
  EXPECT_EQ(partitions_of(topic), 2U);
}

TEST_F(BehaviourPartitions, impossible_assignments_are_39) {
  const Topic topic = fresh_topic(2);
  const std::string start = "The manual partition assignment includes ";
  expect_refused(order(topic.name, 3, {{{1, 1}}}), ErrorCode::invalid_replica_assignment,
                 start + "the broker 1 more than once.");
  expect_refused(order(topic.name, 3, {{{9}}}), ErrorCode::invalid_replica_assignment,
                 start + "broker 9, but no such broker is registered.");
  expect_refused(order(topic.name, 3, {{std::vector<int32_t>()}}),
                 ErrorCode::invalid_replica_assignment, start + "an empty replica list.");
  EXPECT_EQ(partitions_of(topic), 2U);
}

TEST_F(BehaviourPartitions, an_unknown_topic_is_3_without_words_and_one_named_twice_42) {
  expect_refused(order("nobody-made-it", 3), ErrorCode::unknown_topic_or_partition, std::nullopt);
  const Topic topic = fresh_topic();
  at_versions(kVersions, [&](int16_t version) {
    const auto answers = grow({order(topic.name, 3), order(topic.name, 4)}, version);
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].error_code, ErrorCode::invalid_request);
    EXPECT_EQ(answers[0].error_message, "Duplicate topic name.");
  });
  EXPECT_EQ(partitions_of(topic), 1U);
}

TEST_F(BehaviourPartitions,
       far_too_many_are_44_and_none_is_made) {  // Kafka bug: -1, and makes them
  const Topic topic = fresh_topic();
  at_versions(kVersions, [&](int16_t version) {
    EXPECT_EQ(grow({order(topic.name, 20'000)}, version).at(0).error_code,
              ErrorCode::policy_violation);
  });
  EXPECT_EQ(partitions_of(topic), 1U);
}

}  // namespace
}  // namespace kelp::test
