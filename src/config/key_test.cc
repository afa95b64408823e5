#include "config/key.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "config/value.h"

namespace kelp::config {
namespace {

constexpr Scope kScopes[] = {Scope::topic, Scope::broker, Scope::group, Scope::client_metrics};

size_t count_known(Scope scope, Known known) {
  return static_cast<size_t>(std::ranges::count(keys(scope), known, &Key::known));
}

TEST(Keys, hold_every_key_of_kafka) {
  // As DescribeConfigs of 4.3.1 counts them, internal ones left out; 3.9.1 had 45 more.
  EXPECT_EQ(count_known(Scope::topic, Known::kafka), 33U);
  EXPECT_EQ(count_known(Scope::group, Known::kafka), 17U);
  EXPECT_EQ(count_known(Scope::client_metrics, Known::kafka), 3U);
  EXPECT_EQ(count_known(Scope::broker, Known::kafka), 340U);
  EXPECT_EQ(count_known(Scope::broker, Known::kafka_3_9), 45U);
}

TEST(Keys, are_sorted_and_found_by_name) {
  for (const Scope scope : kScopes) {
    EXPECT_TRUE(std::ranges::is_sorted(keys(scope), {}, &Key::name));
    for (const Key& key : keys(scope)) {
      EXPECT_EQ(find_key(scope, key.name), &key);
      EXPECT_EQ(find_key_of_any_case(scope, key.name), &key);
      EXPECT_EQ(key.scope, scope);
    }
  }
  EXPECT_EQ(find_key(Scope::topic, "no.such"), nullptr);
  EXPECT_EQ(find_key(Scope::broker, ""), nullptr);
}

TEST(Keys, have_defaults_that_pass_their_own_check) {
  for (const Scope scope : kScopes) {
    for (const Key& key : keys(scope)) {
      if (!key.has_default()) continue;
      const auto value = parse_value(key, key.default_text);
      ASSERT_TRUE(value.has_value()) << key.name << ": " << value.error().what;
      if (key.type == Type::float64) {  // Java's text of a double may be another one than ours
        EXPECT_EQ(std::get<double>(*value), std::strtod(key.default_text.data(), nullptr));
        continue;
      }
      EXPECT_EQ(to_text(*value), key.default_text) << key.name;
      EXPECT_EQ(default_value(key), *value);
    }
  }
}

TEST(Keys, say_what_they_do_or_why_they_do_nothing) {
  for (const Scope scope : kScopes) {
    for (const Key& key : keys(scope)) {
      if (key.effect == Effect::honoured) {
        EXPECT_FALSE(key.doc.empty()) << key.name;
        EXPECT_TRUE(key.doc.ends_with('.')) << key.name;
      } else {
        EXPECT_FALSE(key.reason.empty()) << key.name;
      }
    }
  }
}

TEST(Keys, of_a_group_are_bounded_by_broker_keys_that_allow_the_default) {
  for (const Key& key : keys(Scope::group)) {
    for (const std::string_view bound : {key.lowest_key, key.highest_key}) {
      if (bound.empty()) continue;
      const Key* from = find_key(Scope::broker, bound);
      ASSERT_NE(from, nullptr) << bound;
      const auto limit = std::get<int64_t>(default_value(*from));
      const auto number = std::get<int64_t>(default_value(key));
      EXPECT_TRUE(bound == key.lowest_key ? limit <= number : number <= limit) << bound;
    }
  }
}

void expect_defaults_of_the_broker(Scope scope) {
  for (const Key& key : keys(scope)) {
    for (const Synonym& synonym : key.synonyms) {
      if (synonym.name.empty()) continue;
      const Key* from = find_key(Scope::broker, synonym.name);
      ASSERT_NE(from, nullptr) << synonym.name;
      const bool is_number = key.type == Type::int64 && from->type == Type::int32;
      EXPECT_TRUE(from->type == key.type || is_number) << key.name << " from " << from->name;
      if (synonym.factor != 1 || !from->has_default()) continue;
      EXPECT_EQ(default_value(*from), default_value(key)) << key.name << " from " << from->name;
    }
  }
}

TEST(Keys, of_a_topic_or_group_take_their_defaults_from_broker_keys_of_the_same_type) {
  expect_defaults_of_the_broker(Scope::topic);
  expect_defaults_of_the_broker(Scope::group);
}

TEST(Keys, that_guard_something_are_refused_rather_than_ignored) {
  for (const std::string_view name : {"authorizer.class.name", "create.topic.policy.class.name",
                                      "alter.config.policy.class.name", "config.providers"}) {
    EXPECT_EQ(find_key(Scope::broker, name)->effect, Effect::refused) << name;
  }
  EXPECT_EQ(find_key(Scope::topic, "remote.storage.enable")->effect, Effect::refused);
}

TEST(Keys, the_nearest_is_suggested_for_a_slip_of_the_finger) {
  const auto nearest = [](std::string_view name) -> std::string_view {
    const Key* key = nearest_key(Scope::broker, name);
    return key == nullptr ? "" : key->name;
  };
  EXPECT_EQ(nearest("num.partition"), "num.partitions");
  EXPECT_EQ(nearest("num.paritions"), "num.partitions");
  EXPECT_EQ(nearest("log.retension.ms"), "log.retention.ms");
  EXPECT_EQ(nearest("LISTENERS"), "listeners");
  EXPECT_EQ(nearest("advertised.listener"), "advertised.listeners");
  EXPECT_EQ(nearest("xyzzy"), "");
  EXPECT_EQ(nearest(std::string(100000, 'a')), "");
}

TEST(Keys, families_know_their_members_by_how_they_begin) {
  ASSERT_NE(find_family("listener.name.internal.ssl.keystore.location"), nullptr);
  EXPECT_EQ(find_family("listener.name."), nullptr);
  EXPECT_EQ(find_family("listeners"), nullptr);
}

TEST(Features, have_a_default_within_their_range) {
  for (const Feature& feature : features()) {
    EXPECT_LE(feature.min_level, feature.default_level);
    EXPECT_LE(feature.default_level, feature.max_level);
    EXPECT_EQ(find_feature(feature.name), &feature);
  }
  EXPECT_EQ(find_feature("nope.version"), nullptr);
}

}  // namespace
}  // namespace kelp::config
