// What Kafka answers to CreateTopics and DeleteTopics: codes, words, and what is there afterwards.
#include <algorithm>
#include <functional>

#include "conformance/behaviour.h"
#include "wire/01_fetch.h"
#include "wire/03_metadata.h"
#include "wire/20_delete_topics.h"

namespace kelp::test {
namespace {

using Order = wire::CreateTopicsRequest::CreatableTopic;
using DeletedTopic = wire::DeleteTopicsResponse::DeletableTopicResult;
using wire::CreateTopicsRequest;
using wire::CreateTopicsResponse;

/// All versions that say in words what is wrong, and the first one.
constexpr std::initializer_list<int16_t> kCreateVersions = {0, 2, 5, 7};

Order order(const std::string& name, int32_t partitions = 1, int16_t replication_factor = 1) {
  Order topic;
  topic.name = name;
  topic.num_partitions = partitions;
  topic.replication_factor = replication_factor;
  return topic;
}

Order configured(const std::string& name, const std::string& key,
                 const std::optional<std::string>& value) {
  Order topic = order(name);
  auto& config = topic.configs.emplace_back();
  config.name = key;
  config.value = value;
  return topic;
}

using Assignments = std::vector<std::pair<int32_t, std::vector<int32_t>>>;

Order assigned(const std::string& name, const Assignments& assignments, int32_t partitions = -1,
               int16_t replication_factor = -1) {
  Order topic = order(name, partitions, replication_factor);
  for (const auto& [index, brokers] : assignments) {
    auto& assignment = topic.assignments.emplace_back();
    assignment.partition_index = index;
    assignment.broker_ids = brokers;
  }
  return topic;
}

class BehaviourTopics : public Behaviour {
 protected:
  CreateTopicsResponse create_all(std::vector<Order> orders, int16_t version,
                                  bool validate_only = false, int32_t timeout_ms = 10'000) {
    CreateTopicsRequest request;
    request.topics = std::move(orders);
    request.validate_only = validate_only;
    request.timeout_ms = timeout_ms;
    return ask<CreateTopicsResponse>(request, version);
  }
  TopicCreated create_one(Order order, int16_t version, bool validate_only = false) {
    return create_all({std::move(order)}, version, validate_only).topics.at(0);
  }

  ErrorCode metadata_error(const std::string& name) {
    wire::MetadataRequest request;
    request.topics.emplace().emplace_back().name = name;
    request.allow_auto_topic_creation = false;
    return ask<wire::MetadataResponse>(request, 12).topics.at(0).error_code;
  }
  bool exists(const std::string& name) { return metadata_error(name) == ErrorCode::none; }

  /// A refused topic: the code, from v1 on the words, and otherwise nothing.
  void expect_refused(const Order& order, ErrorCode error,
                      const std::optional<std::string>& message) {
    SCOPED_TRACE(order.name);
    const bool existed = exists(order.name);
    at_versions(kCreateVersions, [&](int16_t version) {
      const TopicCreated answer = create_one(order, version);
      EXPECT_EQ(answer.error_code, error);
      if (version >= 1) {
        EXPECT_EQ(answer.error_message, message);
      }
      EXPECT_TRUE(answer.topic_id.is_zero());
      EXPECT_EQ(answer.num_partitions, -1);
      EXPECT_EQ(answer.replication_factor, -1);
      if (version >= 5) {
        EXPECT_TRUE(answer.configs.has_value() && answer.configs->empty());
      }
    });
    EXPECT_EQ(exists(order.name), existed);
  }
};

TEST_F(BehaviourTopics, a_created_topic_is_described_with_all_of_its_configs_sorted_by_name) {
  at_versions({0, 4, 5, 7}, [&](int16_t version) {
    Order wanted = order(fresh_name(), 2);
    wanted.configs = configured("", "retention.ms", "5").configs;
    const TopicCreated answer = create_one(wanted, version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    EXPECT_EQ(answer.error_message, std::nullopt);
    EXPECT_EQ(answer.topic_id.is_zero(), version < 7);
    if (version < 5) return;
    EXPECT_EQ(answer.num_partitions, 2);
    EXPECT_EQ(answer.replication_factor, 1);
    ASSERT_TRUE(answer.configs.has_value());
    EXPECT_EQ(answer.configs->size(), 33U);
    using Config = CreateTopicsResponse::CreatableTopicConfigs;
    EXPECT_TRUE(std::ranges::is_sorted(*answer.configs, {}, &Config::name));
    for (const Config& config : *answer.configs) {
      const bool ours = config.name == "retention.ms";
      EXPECT_EQ(config.config_source, ours ? 1 : 5) << config.name;
      if (ours) {
        EXPECT_EQ(config.value, "5");
      }
      EXPECT_FALSE(config.read_only);
      EXPECT_FALSE(config.is_sensitive);
    }
  });
}

TEST_F(BehaviourTopics, a_topic_that_exists_is_36_also_when_only_validated) {
  const Topic topic = fresh_topic();
  const std::string words = "Topic '" + topic.name + "' already exists.";
  expect_refused(order(topic.name), ErrorCode::topic_already_exists, words);
  at_versions({1, 5, 7}, [&](int16_t version) {
    const TopicCreated answer = create_one(order(topic.name), version, true);
    EXPECT_EQ(answer.error_code, ErrorCode::topic_already_exists);
    EXPECT_EQ(answer.error_message, words);
  });
}

TEST_F(BehaviourTopics, an_invalid_name_is_17_and_told_why) {
  const std::string prefix = "Topic name is invalid: ";
  const auto refused = [&](const std::string& name, const std::string& why) {
    expect_refused(order(name), ErrorCode::invalid_topic_exception, prefix + why);
  };
  refused("", "the empty string is not allowed");
  refused(".", "'.' is not allowed");
  refused("..", "'..' is not allowed");
  refused(kTooLong, "the length of '" + kTooLong + "' is longer than the max allowed length 249");
  refused("bad name",
          "'bad name' contains one or more characters other than ASCII alphanumerics, '.', '_' "
          "and '-'");
}

TEST_F(BehaviourTopics, a_name_that_collides_with_a_topic_is_17) {
  const std::string dotted = create(fresh_name("a.b"), 1, {}).name;
  std::string underscored = dotted;
  std::ranges::replace(underscored, '.', '_');
  expect_refused(order(underscored), ErrorCode::invalid_topic_exception,
                 "Topic '" + underscored + "' collides with existing topic: " + dotted);
}

TEST_F(BehaviourTopics, names_with_two_underscores_are_allowed_even_the_internal_one) {
  at_versions(kCreateVersions, [&](int16_t version) {
    EXPECT_EQ(create_one(order(fresh_name("__mine")), version).error_code, ErrorCode::none);
  });
  EXPECT_EQ(create_one(order("__consumer_offsets"), 7).error_code, ErrorCode::none);
}

TEST_F(BehaviourTopics, partitions_of_0_or_minus_2_are_37) {
  for (const int32_t partitions : {0, -2}) {
    expect_refused(order(fresh_name(), partitions), ErrorCode::invalid_partitions,
                   "Number of partitions was set to an invalid non-positive value.");
  }
}

TEST_F(BehaviourTopics, a_replication_factor_of_0_or_minus_2_is_38) {
  for (const int16_t factor : {int16_t{0}, int16_t{-2}}) {
    expect_refused(order(fresh_name(), 1, factor), ErrorCode::invalid_replication_factor,
                   "Replication factor must be larger than 0, or -1 to use the default value.");
  }
}

TEST_F(BehaviourTopics, minus_1_is_the_default_number_of_partitions_and_replicas) {
  at_versions(kCreateVersions, [&](int16_t version) {
    const TopicCreated answer = create_one(order(fresh_name(), -1, -1), version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    if (version < 5) return;
    EXPECT_EQ(answer.num_partitions, 1);
    EXPECT_EQ(answer.replication_factor, 1);
  });
}

TEST_F(BehaviourTopics, more_replicas_than_brokers_are_38) {
  for (const int16_t factor : {int16_t{2}, int16_t{4}}) {
    const std::string number = std::to_string(factor);
    expect_refused(order(fresh_name(), 1, factor), ErrorCode::invalid_replication_factor,
                   "Unable to replicate the partition " + number +
                       " time(s): The target replication factor of " + number +
                       " cannot be reached because only 1 broker(s) are registered.");
  }
}

TEST_F(BehaviourTopics, assignments_with_counts_beside_them_are_42) {
  expect_refused(assigned(fresh_name(), {{0, {1}}}, 1, -1), ErrorCode::invalid_request,
                 "A manual partition assignment was specified, but numPartitions was not set to "
                 "-1.");
  expect_refused(assigned(fresh_name(), {{0, {1}}}, -1, 1), ErrorCode::invalid_request,
                 "A manual partition assignment was specified, but replication factor was not set "
                 "to -1.");
}

TEST_F(BehaviourTopics, impossible_assignments_are_39) {
  struct Case {
    Assignments assignments;
    const char* words;
  };
  const Case cases[] = {
      {{{0, {1}}, {2, {1}}}, "partitions should be a consecutive 0-based integer sequence"},
      {{{1, {1}}}, "partitions should be a consecutive 0-based integer sequence"},
      {{{0, {1}}, {0, {1}}}, "Found multiple manual partition assignments for partition 0"},
      {{{0, {1, 1}}}, "The manual partition assignment includes the broker 1 more than once."},
      {{{0, {9}}},
       "The manual partition assignment includes broker 9, but no such broker is registered."},
      {{{0, {}}}, "The manual partition assignment includes an empty replica list."},
  };
  for (const Case& each : cases) {
    expect_refused(assigned(fresh_name(), each.assignments), ErrorCode::invalid_replica_assignment,
                   each.words);
  }
}

TEST_F(BehaviourTopics, a_sound_assignment_says_how_many_partitions_there_are) {
  at_versions(kCreateVersions, [&](int16_t version) {
    const Order wanted = assigned(fresh_name(), {{0, {1}}, {1, {1}}});
    const TopicCreated answer = create_one(wanted, version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    if (version >= 5) {
      EXPECT_EQ(answer.num_partitions, 2);
    }
  });
}

TEST_F(BehaviourTopics, an_unknown_config_or_a_bad_value_is_40_and_told_why) {
  struct Case {
    const char* key;
    std::optional<std::string> value;
    const char* words;
  };
  const Case cases[] = {
      {"no.such", "1", "Unknown topic config name: no.such"},
      {"retention.ms", "abc",
       "Invalid value abc for configuration retention.ms: Not a number of type LONG"},
      {"segment.bytes", "1",
       "Invalid value 1 for configuration segment.bytes: Value must be at least 1048576"},
      {"retention.ms", std::nullopt, "Null value not supported for topic configs: retention.ms"},
      {"cleanup.policy", "shred",
       "Invalid value shred for configuration cleanup.policy: String must be one of: compact, "
       "delete"},
  };
  for (const Case& each : cases) {
    expect_refused(configured(fresh_name(), each.key, each.value), ErrorCode::invalid_config,
                   each.words);
  }
}

TEST_F(BehaviourTopics, validate_only_answers_as_if_created_with_an_id_and_creates_nothing) {
  at_versions({1, 5, 7}, [&](int16_t version) {
    Order wanted = configured(fresh_name(), "retention.ms", "77");
    wanted.num_partitions = 3;
    const TopicCreated answer = create_one(wanted, version, true);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    EXPECT_EQ(answer.topic_id.is_zero(), version < 7);
    if (version >= 5) {
      EXPECT_EQ(answer.num_partitions, 3);
      EXPECT_EQ(answer.configs->size(), 33U);
    }
    EXPECT_FALSE(exists(wanted.name));
  });
}

TEST_F(BehaviourTopics, a_name_twice_in_a_request_fails_once_with_42_and_the_others_succeed) {
  at_versions(kCreateVersions, [&](int16_t version) {
    const std::string twice = fresh_name(), other = fresh_name();
    const auto answer = create_all({order(twice), order(twice), order(other)}, version);
    ASSERT_EQ(answer.topics.size(), 2U);
    for (const TopicCreated& topic : answer.topics) {
      const bool right = topic.name == other;
      EXPECT_EQ(topic.error_code, right ? ErrorCode::none : ErrorCode::invalid_request);
      if (!right && version >= 1) {
        EXPECT_EQ(topic.error_message, "Duplicate topic name.");
      }
    }
    EXPECT_FALSE(exists(twice));
    EXPECT_TRUE(exists(other));
  });
}

TEST_F(BehaviourTopics, without_time_it_is_7_and_nothing_is_created) {
  at_versions(kCreateVersions, [&](int16_t version) {
    for (const int32_t timeout_ms : {0, -1}) {
      const std::string name = fresh_name();
      const auto answer = create_all({order(name)}, version, false, timeout_ms).topics.at(0);
      EXPECT_EQ(answer.error_code, ErrorCode::request_timed_out);
      EXPECT_EQ(answer.error_message, std::nullopt);
      EXPECT_FALSE(exists(name));
    }
  });
}

TEST_F(BehaviourTopics, more_than_10000_partitions_in_a_request_are_44_for_all_of_its_topics) {
  at_versions(kCreateVersions, [&](int16_t version) {
    const std::string one = fresh_name(), other = fresh_name(), twice = fresh_name();
    const auto answer = create_all({order(one, 5000), order(other, 5001)}, version);
    for (const TopicCreated& topic : answer.topics) {
      EXPECT_EQ(topic.error_code, ErrorCode::policy_violation);
      if (version < 1) continue;
      EXPECT_EQ(topic.error_message, "Excessively large number of partitions per request.");
    }
    EXPECT_FALSE(exists(one));
    // A topic that is refused as named twice does not count.
    const auto named_twice = create_all({order(twice, 10'001), order(twice)}, version);
    EXPECT_EQ(named_twice.topics.at(0).error_code, ErrorCode::invalid_request);
  });
}

TEST_F(BehaviourTopics, once_created_or_deleted_metadata_produce_and_fetch_agree_at_once) {
  for (int i = 0; i < 20; ++i) {
    const Topic topic = fresh_topic(3);
    EXPECT_TRUE(exists(topic.name));
    EXPECT_EQ(produce(topic, batch_of(1), 13, 2).error_code, ErrorCode::none);
    wire::FetchRequest fetch;
    auto& wanted = fetch.topics.emplace_back();
    wanted.topic = topic.name;
    wanted.partitions.emplace_back().partition = 2;
    wanted.partitions[0].partition_max_bytes = 1000;
    const auto fetched = ask<wire::FetchResponse>(fetch, 12).responses.at(0).partitions.at(0);
    EXPECT_EQ(fetched.high_watermark, 1);
    wire::DeleteTopicsRequest deletion;
    deletion.topic_names = {topic.name};
    deletion.timeout_ms = 10'000;
    EXPECT_EQ(ask<wire::DeleteTopicsResponse>(deletion, 5).responses.at(0).error_code,
              ErrorCode::none);
    EXPECT_FALSE(exists(topic.name));
    EXPECT_EQ(produce(topic, batch_of(1), 9, 2).error_code, ErrorCode::unknown_topic_or_partition);
    EXPECT_EQ(ask<wire::FetchResponse>(fetch, 12).responses.at(0).partitions.at(0).error_code,
              ErrorCode::unknown_topic_or_partition);
  }
}

class BehaviourDeleteTopics : public BehaviourTopics {
 protected:
  /// Before v6 by name.
  std::vector<DeletedTopic> delete_names(std::vector<std::string> names, int16_t version,
                                         int32_t timeout_ms = 10'000) {
    wire::DeleteTopicsRequest request;
    request.timeout_ms = timeout_ms;
    for (const std::string& name : names) request.topics.emplace_back().name = name;
    request.topic_names = std::move(names);
    return ask<wire::DeleteTopicsResponse>(request, version).responses;
  }

  /// From v6 on by name, by id, or (wrongly) by both or neither.
  std::vector<DeletedTopic> delete_topics(
      const std::vector<std::pair<std::optional<std::string>, Uuid>>& topics) {
    wire::DeleteTopicsRequest request;
    request.timeout_ms = 10'000;
    for (const auto& [name, id] : topics) {
      request.topics.emplace_back().name = name;
      request.topics.back().topic_id = id;
    }
    return ask<wire::DeleteTopicsResponse>(request, 6).responses;
  }
};

TEST_F(BehaviourDeleteTopics, a_topic_is_gone_when_it_is_answered) {
  at_versions({0, 4, 6}, [&](int16_t version) {
    const Topic topic = fresh_topic();
    const DeletedTopic answer = delete_names({topic.name}, version).at(0);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    EXPECT_EQ(answer.error_message, std::nullopt);
    EXPECT_EQ(answer.name, topic.name);
    if (version >= 6) {
      EXPECT_EQ(answer.topic_id, topic.id);
    }
    EXPECT_FALSE(exists(topic.name));
  });
}

TEST_F(BehaviourDeleteTopics, an_unknown_or_invalid_name_is_3) {
  at_versions({0, 4, 5, 6}, [&](int16_t version) {
    for (const char* name : {"nobody-made-it", "bad name", ""}) {
      const DeletedTopic answer = delete_names({name}, version).at(0);
      EXPECT_EQ(answer.error_code, ErrorCode::unknown_topic_or_partition);
      EXPECT_EQ(answer.name, name);
      if (version >= 5) {
        EXPECT_EQ(answer.error_message, "This server does not host this topic-partition.");
      }
    }
  });
}

TEST_F(BehaviourDeleteTopics, a_name_that_is_given_twice_is_42_once_and_not_deleted) {
  at_versions({0, 4, 6}, [&](int16_t version) {
    const Topic twice = fresh_topic(), other = fresh_topic();
    const auto answers = delete_names({twice.name, twice.name, other.name}, version);
    ASSERT_EQ(answers.size(), 2U);
    for (const DeletedTopic& answer : answers) {
      const bool right = answer.name == other.name;
      EXPECT_EQ(answer.error_code, right ? ErrorCode::none : ErrorCode::invalid_request);
      if (!right && version >= 5) {
        EXPECT_EQ(answer.error_message, "Duplicate topic name.");
        EXPECT_TRUE(answer.topic_id.is_zero());
      }
    }
    EXPECT_TRUE(exists(twice.name));
    EXPECT_FALSE(exists(other.name));
  });
}

TEST_F(BehaviourDeleteTopics, without_time_it_is_7_and_the_topic_stays) {
  const Topic topic = fresh_topic();
  at_versions({0, 4, 6}, [&](int16_t version) {
    for (const int32_t timeout_ms : {0, -1}) {
      const DeletedTopic answer = delete_names({topic.name}, version, timeout_ms).at(0);
      EXPECT_EQ(answer.error_code, ErrorCode::request_timed_out);
      EXPECT_EQ(answer.error_message, std::nullopt);
    }
  });
  EXPECT_TRUE(exists(topic.name));
}

TEST_F(BehaviourDeleteTopics, by_id_the_answer_has_name_and_id) {
  const Topic topic = fresh_topic();
  const DeletedTopic answer = delete_topics({{std::nullopt, topic.id}}).at(0);
  EXPECT_EQ(answer.error_code, ErrorCode::none);
  EXPECT_EQ(answer.name, topic.name);
  EXPECT_EQ(answer.topic_id, topic.id);
  EXPECT_FALSE(exists(topic.name));
}

TEST_F(BehaviourDeleteTopics, an_unknown_id_is_100_without_a_name) {
  const DeletedTopic answer = delete_topics({{std::nullopt, kNobodysId}}).at(0);
  EXPECT_EQ(answer.error_code, ErrorCode::unknown_topic_id);
  EXPECT_EQ(answer.error_message, "This server does not host this topic ID.");
  EXPECT_EQ(answer.name, std::nullopt);
  EXPECT_EQ(answer.topic_id, kNobodysId);
}

TEST_F(BehaviourDeleteTopics, name_and_id_both_or_neither_are_42) {
  const Topic topic = fresh_topic();
  const DeletedTopic both = delete_topics({{topic.name, topic.id}}).at(0);
  EXPECT_EQ(both.error_code, ErrorCode::invalid_request);
  EXPECT_EQ(both.error_message, "You may not specify both topic name and topic id.");
  EXPECT_TRUE(exists(topic.name));
  const DeletedTopic neither = delete_topics({{std::nullopt, Uuid()}}).at(0);
  EXPECT_EQ(neither.error_code, ErrorCode::invalid_request);
  EXPECT_EQ(neither.error_message, "Neither topic name nor id were specified.");
}

TEST_F(BehaviourDeleteTopics, an_id_twice_or_beside_its_name_is_42_once_and_not_deleted) {
  const Topic topic = fresh_topic();
  const auto twice = delete_topics({{std::nullopt, topic.id}, {std::nullopt, topic.id}});
  ASSERT_EQ(twice.size(), 1U);
  EXPECT_EQ(twice[0].error_code, ErrorCode::invalid_request);
  EXPECT_EQ(twice[0].error_message, "Duplicate topic id.");
  EXPECT_EQ(twice[0].name, std::nullopt);
  EXPECT_EQ(twice[0].topic_id, topic.id);
  const std::pair<std::optional<std::string>, Uuid> id{std::nullopt, topic.id};
  const std::pair<std::optional<std::string>, Uuid> name{topic.name, Uuid()};
  for (const auto& order : {std::vector{id, name}, std::vector{name, id}}) {
    const auto answers = delete_topics(order);
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_EQ(answers[0].error_code, ErrorCode::invalid_request);
    EXPECT_EQ(answers[0].error_message,
              "The provided topic name maps to an ID that was already supplied.");
    EXPECT_EQ(answers[0].name, topic.name);
    EXPECT_EQ(answers[0].topic_id, topic.id);
  }
  EXPECT_TRUE(exists(topic.name));
}

}  // namespace
}  // namespace kelp::test
