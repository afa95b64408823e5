#include "config/value.h"

#include <gtest/gtest.h>

#include "config/key.h"

namespace kelp::config {
namespace {

const Key& key_of(std::string_view name) {
  for (const Scope scope : {Scope::topic, Scope::broker}) {
    if (const Key* key = find_key(scope, name)) return *key;
  }
  ADD_FAILURE() << "no key " << name;
  return keys(Scope::topic).front();
}

std::string words_of(std::string_view name, std::string_view text) {
  const auto value = parse_value(key_of(name), text);
  return value ? "ok " + to_text(*value) : value.error().what;
}

/// What Kafka 4.3.1's own definitions answered to these values.
struct Answer {
  std::string_view name, text, words;
};

TEST(Value, an_error_has_the_words_of_kafka) {
  constexpr Answer kAnswers[] = {
      {"retention.ms", "abc",
       "Invalid value abc for configuration retention.ms: Not a number of type LONG"},
      {"retention.ms", "",
       "Invalid value  for configuration retention.ms: Not a number of type LONG"},
      {"retention.ms", "-2",
       "Invalid value -2 for configuration retention.ms: Value must be at least -1"},
      {"retention.ms", "99999999999999999999",
       "Invalid value 99999999999999999999 for configuration retention.ms: Not a number of type "
       "LONG"},
      {"retention.ms", "1e3",
       "Invalid value 1e3 for configuration retention.ms: Not a number of type LONG"},
      {"retention.ms", "+-3",
       "Invalid value +-3 for configuration retention.ms: Not a number of type LONG"},
      {"segment.bytes", "1",
       "Invalid value 1 for configuration segment.bytes: Value must be at least 1048576"},
      {"segment.bytes", "2147483648",
       "Invalid value 2147483648 for configuration segment.bytes: Not a number of type INT"},
      {"cleanup.policy", "shred",
       "Invalid value shred for configuration cleanup.policy: String must be one of: compact, "
       "delete"},
      {"cleanup.policy", "compact,,delete",
       "Configuration 'cleanup.policy' values must not be empty."},
      {"cleanup.policy", "delete,", "Configuration 'cleanup.policy' values must not be empty."},
      {"compression.type", "none",
       "Invalid value none for configuration compression.type: String must be one of: "
       "uncompressed, zstd, lz4, snappy, gzip, producer"},
      {"compression.gzip.level", "0",
       "Invalid value 0 for configuration compression.gzip.level: Value must be between 1 and 9 "
       "or equal to -1"},
      {"compression.lz4.level", "18",
       "Invalid value 18 for configuration compression.lz4.level: Value must be no more than 17"},
      {"compression.zstd.level", "-131073",
       "Invalid value -131073 for configuration compression.zstd.level: Value must be at least "
       "-131072"},
      {"message.timestamp.type", "createtime",
       "Invalid value createtime for configuration message.timestamp.type: String must be one "
       "of: CreateTime, LogAppendTime"},
      {"min.cleanable.dirty.ratio", "1.5",
       "Invalid value 1.5 for configuration min.cleanable.dirty.ratio: Value must be no more "
       "than 1"},
      {"min.cleanable.dirty.ratio", "x",
       "Invalid value x for configuration min.cleanable.dirty.ratio: Not a number of type DOUBLE"},
      {"log.cleaner.min.cleanable.ratio", "2",
       "Invalid value 2.0 for configuration log.cleaner.min.cleanable.ratio: Value must be no "
       "more than 1"},
      {"remote.log.manager.task.retry.jitter", "0.7",
       "Invalid value 0.7 for configuration remote.log.manager.task.retry.jitter: Value must be "
       "no more than 0.5"},
      {"preallocate", "yes",
       "Invalid value yes for configuration preallocate: Expected value to be either true or "
       "false"},
      {"leader.replication.throttled.replicas", "0:1,x",
       "Invalid value [0:1, x] for configuration leader.replication.throttled.replicas: "
       "leader.replication.throttled.replicas must be the literal '*' or a list of replicas in "
       "the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],..."},
      {"offsets.topic.replication.factor", "70000",
       "Invalid value 70000 for configuration offsets.topic.replication.factor: Not a number of "
       "type SHORT"},
      {"group.consumer.migration.policy", "x",
       "Invalid value x for configuration group.consumer.migration.policy: String must be one of "
       "(case insensitive): DISABLED, DOWNGRADE, UPGRADE, BIDIRECTIONAL"},
      {"listeners", "",
       "Configuration 'listeners' must not be empty. Valid values include: any non-empty value"},
      {"process.roles", "broker,broker",
       "Configuration 'process.roles' values must not be duplicated."},
      {"remote.log.storage.manager.class.name", "",
       "Invalid value  for configuration remote.log.storage.manager.class.name: String must be "
       "non-empty"},
  };
  for (const Answer& answer : kAnswers) {
    EXPECT_EQ(words_of(answer.name, answer.text), answer.words);
  }
}

TEST(Value, a_good_value_has_the_canonical_text) {
  constexpr Answer kAnswers[] = {
      {"retention.ms", " 10 ", "ok 10"},
      {"retention.ms", "+5", "ok 5"},
      {"retention.bytes", "-5", "ok -5"},
      {"cleanup.policy", "", "ok "},
      {"cleanup.policy", " compact , delete ", "ok compact,delete"},
      {"cleanup.policy", "compact,compact", "ok compact,compact"},
      {"compression.type", " zstd ", "ok zstd"},
      {"compression.gzip.level", "-1", "ok -1"},
      {"min.cleanable.dirty.ratio", ".5", "ok 0.5"},
      {"min.cleanable.dirty.ratio", "1", "ok 1.0"},
      {"min.cleanable.dirty.ratio", "1e-1", "ok 0.1"},
      {"preallocate", " TRUE ", "ok true"},
      {"follower.replication.throttled.replicas", "", "ok "},
      {"follower.replication.throttled.replicas", "*", "ok *"},
      {"follower.replication.throttled.replicas", "0:1,0:1", "ok 0:1,0:1"},
      {"group.consumer.migration.policy", "upgrade", "ok upgrade"},
  };
  for (const Answer& answer : kAnswers) {
    EXPECT_EQ(words_of(answer.name, answer.text), answer.words);
  }
}

TEST(Value, is_not_a_number_when_it_says_so) {
  EXPECT_EQ(words_of("min.cleanable.dirty.ratio", "NaN"),
            "Invalid value NaN for configuration min.cleanable.dirty.ratio: Not a number of type "
            "DOUBLE");
}

TEST(Value, a_password_is_kept_as_given_and_never_repeated) {
  const Key& key = key_of("ssl.keystore.password");
  EXPECT_EQ(std::get<std::string>(*parse_value(key, " a b ")), " a b ");
  EXPECT_TRUE(key.is_sensitive());
  Key picky = key;
  picky.check = {Check::Kind::one_of, 0, 0, {}};
  EXPECT_EQ(parse_value(picky, "secret").error().what.find("secret"), std::string::npos);
}

TEST(Value, any_bytes_are_read_without_harm) {
  const std::string zeros(300, '\0');
  for (const Key& key : keys(Scope::broker)) {
    for (const std::string_view text :
         {std::string_view(zeros), std::string_view(",,,"), std::string_view("\xff\xfe"),
          std::string_view("-"), std::string_view("+"), std::string_view("."),
          std::string_view(" ")}) {
      if (const auto value = parse_value(key, text)) {
        // What is canonical once stays so.
        EXPECT_EQ(to_text(*parse_value(key, to_text(*value))), to_text(*value)) << key.name;
      }
    }
  }
}

TEST(Text, of_a_double_is_what_java_prints) {
  for (const auto& [number, text] : std::initializer_list<std::pair<double, const char*>>{
           {0.0, "0.0"},
           {2.0, "2.0"},
           {0.5, "0.5"},
           {0.001, "0.001"},
           {0.0001, "1.0E-4"},
           {-0.00025, "-2.5E-4"},
           {9999999.0, "9999999.0"},
           {1e7, "1.0E7"},
           {1.7976931348623157e308, "1.7976931348623157E308"}}) {
    EXPECT_EQ(to_text(Value(number)), text);
  }
}

}  // namespace
}  // namespace kelp::config
