// What Kafka answers to IncrementalAlterConfigs, AlterConfigs and DescribeConfigs.
#include <algorithm>
#include <tuple>

#include "conformance/behaviour.h"
#include "wire/32_describe_configs.h"
#include "wire/33_alter_configs.h"
#include "wire/44_incremental_alter_configs.h"

namespace kelp::test {
namespace {

using wire::AlterConfigsRequest;
using wire::AlterConfigsResponse;
using wire::DescribeConfigsRequest;
using wire::DescribeConfigsResponse;
using wire::IncrementalAlterConfigsRequest;
using wire::IncrementalAlterConfigsResponse;
using Resource = IncrementalAlterConfigsRequest::AlterConfigsResource;
using Altered = IncrementalAlterConfigsResponse::AlterConfigsResourceResponse;
using Described = DescribeConfigsResponse::DescribeConfigsResult;
using Entry = DescribeConfigsResponse::DescribeConfigsResourceResult;

constexpr int8_t kTopic = 2, kBroker = 4;
constexpr int8_t kSet = 0, kDelete = 1, kAppend = 2, kSubtract = 3;
constexpr int8_t kFromTopic = 1, kFromBroker = 2, kFromAllBrokers = 3, kFromDefault = 5;
constexpr std::initializer_list<int16_t> kAlterVersions = {0, 1};
constexpr std::initializer_list<int16_t> kDescribeVersions = {0, 1, 3, 4};

Resource resource(int8_t type, const std::string& name) {
  Resource made;
  made.resource_type = type;
  made.resource_name = name;
  return made;
}

Resource change(const std::string& topic, int8_t operation, const std::string& key,
                const std::optional<std::string>& value) {
  Resource made = resource(kTopic, topic);
  auto& config = made.configs.emplace_back();
  config.config_operation = operation;
  config.name = key;
  config.value = value;
  return made;
}

Resource broker_change(const std::string& broker, const std::string& key,
                       const std::string& value) {
  Resource made = change(broker, kSet, key, value);
  made.resource_type = kBroker;
  return made;
}

class BehaviourConfigs : public Behaviour {
 protected:
  std::vector<Altered> alter_all(std::vector<Resource> resources, int16_t version,
                                 bool validate_only = false) {
    IncrementalAlterConfigsRequest request;
    request.resources = std::move(resources);
    request.validate_only = validate_only;
    return ask<IncrementalAlterConfigsResponse>(request, version).responses;
  }
  Altered alter(Resource resource, int16_t version) {
    return alter_all({std::move(resource)}, version).at(0);
  }
  void expect_refused(const Resource& resource, ErrorCode error,
                      const std::optional<std::string>& words) {
    SCOPED_TRACE(resource.resource_name);
    at_versions(kAlterVersions, [&](int16_t version) {
      const Altered answer = alter(resource, version);
      EXPECT_EQ(answer.error_code, error);
      EXPECT_EQ(answer.error_message, words);
      EXPECT_EQ(answer.resource_type, resource.resource_type);
      EXPECT_EQ(answer.resource_name, resource.resource_name);
    });
  }
  void expect_accepted(const Resource& resource) {
    at_versions(kAlterVersions, [&](int16_t version) {
      const Altered answer = alter(resource, version);
      EXPECT_EQ(answer.error_code, ErrorCode::none) << answer.error_message.value_or("");
    });
  }

  Described describe(int8_t type, const std::string& name, int16_t version = 4,
                     std::optional<std::vector<std::string>> keys = std::nullopt,
                     bool synonyms = false, bool documentation = false) {
    DescribeConfigsRequest request;
    request.include_synonyms = synonyms;
    request.include_documentation = documentation;
    auto& wanted = request.resources.emplace_back();
    wanted.resource_type = type;
    wanted.resource_name = name;
    wanted.configuration_keys = std::move(keys);
    return ask<DescribeConfigsResponse>(request, version).results.at(0);
  }
  std::optional<std::string> value_of(const Topic& topic, const std::string& key) {
    return describe(kTopic, topic.name, 4, {{key}}).configs.at(0).value;
  }
};

TEST_F(BehaviourConfigs, append_and_subtract_are_for_lists_only) {
  const Topic topic = fresh_topic();
  expect_refused(change(topic.name, kAppend, "retention.ms", "1"), ErrorCode::invalid_config,
                 "Can't APPEND to key retention.ms because its type is not LIST.");
  expect_refused(change(topic.name, kSubtract, "retention.ms", "1"), ErrorCode::invalid_config,
                 "Can't SUBTRACT to key retention.ms because its type is not LIST.");
}

TEST_F(BehaviourConfigs, appending_what_is_there_and_subtracting_what_is_not_is_fine) {
  const Topic topic = fresh_topic();
  expect_accepted(change(topic.name, kAppend, "cleanup.policy", "delete"));
  expect_accepted(change(topic.name, kSubtract, "cleanup.policy", "compact"));
  EXPECT_EQ(value_of(topic, "cleanup.policy"), "delete");
  expect_accepted(change(topic.name, kSubtract, "cleanup.policy", "delete"));
  EXPECT_EQ(value_of(topic, "cleanup.policy"), "");
}

TEST_F(BehaviourConfigs, deleting_is_fine_of_set_unset_and_unknown_keys) {
  const Topic topic = fresh_topic(1, {{"retention.ms", "5"}});
  for (const char* key : {"retention.ms", "segment.bytes", "no.such"}) {
    expect_accepted(change(topic.name, kDelete, key, std::nullopt));
  }
  EXPECT_EQ(value_of(topic, "retention.ms"), "604800000");
}

TEST_F(BehaviourConfigs, setting_null_is_42_and_an_unknown_key_or_bad_value_40) {
  const Topic topic = fresh_topic();
  expect_refused(change(topic.name, kSet, "retention.ms", std::nullopt), ErrorCode::invalid_request,
                 "Null value not supported for : retention.ms");
  expect_refused(change(topic.name, kSet, "no.such", "1"), ErrorCode::invalid_config,
                 "Unknown topic config name: no.such");
  expect_refused(change(topic.name, kSet, "retention.ms", "abc"), ErrorCode::invalid_config,
                 "Invalid value abc for configuration retention.ms: Not a number of type LONG");
  EXPECT_EQ(value_of(topic, "retention.ms"), "604800000");
}

TEST_F(BehaviourConfigs, an_unknown_operation_is_42) {  // Kafka bug: -1
  const Topic topic = fresh_topic();
  at_versions(kAlterVersions, [&](int16_t version) {
    EXPECT_EQ(alter(change(topic.name, 9, "retention.ms", "1"), version).error_code,
              ErrorCode::invalid_request);
  });
}

TEST_F(BehaviourConfigs, a_key_or_a_resource_that_comes_twice_is_42) {
  const Topic topic = fresh_topic();
  Resource key_twice = change(topic.name, kSet, "retention.ms", "5");
  key_twice.configs.push_back(key_twice.configs[0]);
  expect_refused(key_twice, ErrorCode::invalid_request, "Error due to duplicate config keys");
  at_versions(kAlterVersions, [&](int16_t version) {
    const Resource once = change(topic.name, kSet, "retention.ms", "5");
    for (const Altered& answer : alter_all({once, once}, version)) {
      EXPECT_EQ(answer.error_code, ErrorCode::invalid_request);
      EXPECT_EQ(answer.error_message, "Each resource must appear at most once.");
    }
  });
  EXPECT_EQ(value_of(topic, "retention.ms"), "604800000");
}

TEST_F(BehaviourConfigs, an_unknown_topic_is_3_and_the_empty_one_42) {
  expect_refused(change("nobody-made-it", kSet, "retention.ms", "5"),
                 ErrorCode::unknown_topic_or_partition,
                 "The topic 'nobody-made-it' does not exist.");
  expect_refused(change("", kSet, "retention.ms", "5"), ErrorCode::invalid_request,
                 "Default topic resources are not allowed.");
}

TEST_F(BehaviourConfigs, no_configs_and_validate_only_are_fine_and_change_nothing) {
  const Topic topic = fresh_topic();
  expect_accepted(resource(kTopic, topic.name));
  at_versions(kAlterVersions, [&](int16_t version) {
    const auto answer =
        alter_all({change(topic.name, kSet, "retention.ms", "5")}, version, true).at(0);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
  });
  EXPECT_EQ(value_of(topic, "retention.ms"), "604800000");
}

TEST_F(BehaviourConfigs, a_broker_and_the_default_of_all_take_dynamic_keys) {
  expect_accepted(broker_change("1", "log.cleaner.threads", "2"));
  expect_accepted(broker_change("", "log.cleaner.threads", "2"));
}

TEST_F(BehaviourConfigs, a_read_only_key_another_broker_and_a_name_that_is_no_id_are_42) {
  expect_refused(broker_change("1", "log.dirs", "/tmp"), ErrorCode::invalid_request,
                 "Cannot update these configs dynamically: [log.dirs]");
  expect_refused(broker_change("99", "log.cleaner.threads", "2"), ErrorCode::invalid_request,
                 "Unexpected broker id, expected 1, but received 99");
  expect_refused(broker_change("abc", "log.cleaner.threads", "2"), ErrorCode::invalid_request,
                 "Node id must be an integer, but it is: abc");
}

TEST_F(BehaviourConfigs, an_unknown_resource_type_is_42) {
  for (const int8_t type : {int8_t{0}, int8_t{99}}) {
    at_versions(kAlterVersions, [&](int16_t version) {
      const Altered answer = alter(resource(type, "x"), version);
      EXPECT_EQ(answer.error_code, ErrorCode::invalid_request);
    });
  }
}

TEST_F(BehaviourConfigs, alter_configs_replaces_the_whole_set_and_an_empty_list_resets_it) {
  at_versions({0, 1, 2}, [&](int16_t version) {
    const Topic topic = fresh_topic(1, {{"retention.ms", "5"}, {"max.message.bytes", "77"}});
    AlterConfigsRequest request;
    auto& altered = request.resources.emplace_back();
    altered.resource_type = kTopic;
    altered.resource_name = topic.name;
    altered.configs.emplace_back().name = "retention.ms";
    const auto null_value = ask<AlterConfigsResponse>(request, version).responses.at(0);
    EXPECT_EQ(null_value.error_code, ErrorCode::invalid_request);
    altered.configs[0].value = "6";
    EXPECT_EQ(ask<AlterConfigsResponse>(request, version).responses.at(0).error_code,
              ErrorCode::none);
    EXPECT_EQ(value_of(topic, "retention.ms"), "6");
    EXPECT_EQ(value_of(topic, "max.message.bytes"), "1048588");
    altered.configs.clear();
    EXPECT_EQ(ask<AlterConfigsResponse>(request, version).responses.at(0).error_code,
              ErrorCode::none);
    EXPECT_EQ(value_of(topic, "retention.ms"), "604800000");
  });
}

TEST_F(BehaviourConfigs, describing_tells_each_key_with_its_source_and_an_empty_message) {
  const Topic topic = fresh_topic(1, {{"retention.ms", "5"}});
  at_versions(kDescribeVersions, [&](int16_t version) {
    const Described answer = describe(kTopic, topic.name, version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    EXPECT_EQ(answer.error_message, "");
    EXPECT_EQ(answer.configs.size(), 33U);
    for (const Entry& entry : answer.configs) {
      const bool set = entry.name == "retention.ms";
      if (version >= 1) {
        EXPECT_EQ(entry.config_source, set ? kFromTopic : kFromDefault) << entry.name;
      } else {
        EXPECT_EQ(entry.is_default, !set) << entry.name;
      }
      EXPECT_THAT(entry.synonyms, IsEmpty());
      EXPECT_EQ(entry.documentation, std::nullopt);
    }
  });
}

TEST_F(BehaviourConfigs, an_unknown_topic_is_3_without_words_and_an_invalid_name_17) {
  at_versions(kDescribeVersions, [&](int16_t version) {
    const Described unknown = describe(kTopic, "nobody-made-it", version);
    EXPECT_EQ(unknown.error_code, ErrorCode::unknown_topic_or_partition);
    EXPECT_EQ(unknown.error_message, "");
    for (const char* name : {"bad name", ""}) {
      EXPECT_EQ(describe(kTopic, name, version).error_code, ErrorCode::invalid_topic_exception);
    }
  });
}

TEST_F(BehaviourConfigs, describing_another_broker_or_an_unknown_type_is_42) {
  at_versions(kDescribeVersions, [&](int16_t version) {
    const Described other = describe(kBroker, "99", version);
    EXPECT_EQ(other.error_code, ErrorCode::invalid_request);
    EXPECT_EQ(other.error_message,
              "Unexpected broker id, expected 1 or empty string, but received 99");
    const Described no_id = describe(kBroker, "abc", version);
    EXPECT_EQ(no_id.error_code, ErrorCode::invalid_request);
    EXPECT_EQ(no_id.error_message, "Broker id must be an integer, but it is: abc");
    for (const int8_t type : {int8_t{0}, int8_t{99}}) {
      EXPECT_EQ(describe(type, "x", version).error_code, ErrorCode::invalid_request);
    }
  });
}

TEST_F(BehaviourConfigs, the_empty_broker_has_only_what_was_set_for_all_of_them) {
  expect_accepted(broker_change("", "log.cleaner.threads", "3"));
  at_versions({1, 4}, [&](int16_t version) {
    const Described answer = describe(kBroker, "", version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    ASSERT_EQ(answer.configs.size(), 1U);
    EXPECT_EQ(answer.configs[0].name, "log.cleaner.threads");
    EXPECT_EQ(answer.configs[0].config_source, kFromAllBrokers);
  });
}

TEST_F(BehaviourConfigs, a_broker_shows_everything_but_what_is_secret) {
  at_versions({1, 4}, [&](int16_t version) {
    const Described answer = describe(kBroker, "1", version);
    EXPECT_EQ(answer.error_code, ErrorCode::none);
    EXPECT_GT(answer.configs.size(), 100U);
    for (const Entry& entry : answer.configs) {
      if (entry.is_sensitive) {
        EXPECT_EQ(entry.value, std::nullopt) << entry.name;
      }
    }
  });
}

TEST_F(BehaviourConfigs, no_keys_are_all_and_unknown_ones_are_left_out) {
  const Topic topic = fresh_topic();
  at_versions(kDescribeVersions, [&](int16_t version) {
    using Keys = std::vector<std::string>;
    EXPECT_EQ(describe(kTopic, topic.name, version, Keys()).configs.size(), 33U);
    const auto some = describe(kTopic, topic.name, version, Keys{"no.such", "retention.ms"});
    ASSERT_EQ(some.configs.size(), 1U);
    EXPECT_EQ(some.configs[0].name, "retention.ms");
  });
}

TEST_F(BehaviourConfigs, synonyms_are_the_topics_own_value_then_the_brokers_by_their_own_names) {
  const Topic topic = fresh_topic(1, {{"retention.ms", "5"}, {"max.message.bytes", "77"}});
  using Synonym = std::tuple<std::string, std::string, int>;
  const auto synonyms_of = [&](const std::string& key, int16_t version) {
    std::vector<Synonym> found;
    const Entry entry = describe(kTopic, topic.name, version, {{key}}, true).configs.at(0);
    for (const auto& each : entry.synonyms) {
      found.emplace_back(each.name, each.value.value_or("null"), each.source);
    }
    return found;
  };
  const auto expect_without_dynamic_ones = [&](int16_t version) {
    EXPECT_THAT(synonyms_of("max.message.bytes", version),
                ElementsAre(Synonym("max.message.bytes", "77", kFromTopic),
                            Synonym("message.max.bytes", "1048588", kFromDefault)));
    EXPECT_THAT(synonyms_of("retention.ms", version),
                ElementsAre(Synonym("retention.ms", "5", kFromTopic)));
  };
  at_versions({1, 3, 4}, expect_without_dynamic_ones);
  expect_accepted(broker_change("1", "log.retention.ms", "2000000"));
  expect_accepted(broker_change("", "log.retention.ms", "1000000"));
  at_versions({1, 3, 4}, [&](int16_t version) {
    EXPECT_THAT(synonyms_of("retention.ms", version),
                ElementsAre(Synonym("retention.ms", "5", kFromTopic),
                            Synonym("log.retention.ms", "2000000", kFromBroker),
                            Synonym("log.retention.ms", "1000000", kFromAllBrokers),
                            Synonym("log.retention.hours", "168", kFromDefault)));
  });
  for (const char* broker : {"1", ""}) {  // the broker is the other tests' too
    Resource reset = change(broker, kDelete, "log.retention.ms", std::nullopt);
    reset.resource_type = kBroker;
    expect_accepted(reset);
  }
  at_versions({4}, expect_without_dynamic_ones);
}

TEST_F(BehaviourConfigs, types_are_told_since_v3_and_documentation_when_asked_for) {
  const Topic topic = fresh_topic();
  const std::pair<const char*, int8_t> types[] = {
      {"preallocate", 1},  {"compression.type", 2},          {"max.message.bytes", 3},
      {"retention.ms", 5}, {"min.cleanable.dirty.ratio", 6}, {"cleanup.policy", 7}};
  at_versions({3, 4}, [&](int16_t version) {
    for (const auto& [key, type] : types) {
      const Entry entry = describe(kTopic, topic.name, version, {{key}}, false, true).configs.at(0);
      EXPECT_EQ(entry.config_type, type) << key;
      EXPECT_NE(entry.documentation.value_or(""), "") << key;
    }
  });
}

}  // namespace
}  // namespace kelp::test
