// `kelp config describe|alter` against `kelp serve`, both the real binary.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "cli/command_fixture.h"

namespace kelp::test {
namespace {

using boost::json::serialize;

class ConfigCommand : public CommandFixture {
 protected:
  /// `kelp config …`
  Ran config(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "config");
    return run(std::move(arguments));
  }
  /// The entry of a topic's key.
  boost::json::value entry(const std::string& topic, const std::string& key,
                           std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{"config", "describe", "--topic", topic, "--key", key};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json(arguments).at(0).at("configs").at(0);
  }
};

TEST_F(ConfigCommand, describes_values_sources_and_defaults) {
  create_topic("t", 1);
  EXPECT_EQ(config({"alter", "--topic", "t", "--set", "retention.ms=1000"}).out,
            "altered topic t\n");
  EXPECT_EQ(
      config({"describe", "--topic", "t", "--key", "retention.ms", "--key", "cleanup.policy"}).out,
      "RESOURCE  NAME  KEY             VALUE   SOURCE   DEFAULT\n"
      "topic     t     cleanup.policy  delete  default  delete\n"
      "topic     t     retention.ms    1000    topic    -\n")
      << "Kafka tells no default of a key that takes its own from hours";
  const boost::json::value retention = entry("t", "retention.ms", {"--verbose"});
  EXPECT_EQ(retention.at("type"), "LONG");
  EXPECT_FALSE(retention.at("read_only").as_bool());
  EXPECT_EQ(retention.at("synonyms").at(0).at("source"), "topic");
  EXPECT_FALSE(retention.at("documentation").as_string().empty());
}

TEST_F(ConfigCommand, shows_keys_with_their_defaults_only_when_told) {
  create_topic("t", 1);
  config({"alter", "--topic", "t", "--set", "retention.ms=1000"});
  const auto keys = [this](std::vector<std::string> more) {
    std::vector<std::string> arguments{"config", "describe", "--topic", "t"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    std::set<std::string> found;
    const boost::json::value described = json(arguments);
    for (const auto& each : described.at(0).at("configs").as_array()) {
      found.emplace(each.at("key").as_string());
    }
    return found;
  };
  EXPECT_TRUE(keys({}).contains("retention.ms"));
  EXPECT_FALSE(keys({}).contains("cleanup.policy"));
  EXPECT_TRUE(keys({"--all"}).contains("cleanup.policy"));
  const Ran ran = config({"describe", "--topic", "t"});
  EXPECT_NE(ran.err.find("keys have their defaults: --all shows them."), std::string::npos)
      << ran.err;
}

TEST_F(ConfigCommand, sets_deletes_appends_and_subtracts) {
  create_topic("t", 1);
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{"--set", "cleanup.policy=compact"}, "compact"},
      {{"--append", "cleanup.policy=delete"}, "compact,delete"},
      {{"--subtract", "cleanup.policy=compact"}, "delete"},
      {{"--set", "cleanup.policy=compact", "--set", "retention.ms=7"}, "compact"},
      {{"--delete", "cleanup.policy"}, "delete"},
  };
  for (const auto& [arguments, expected] : cases) {
    std::vector<std::string> all{"alter", "--topic", "t"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Ran ran = config(all);
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    EXPECT_EQ(entry("t", "cleanup.policy").at("value"), expected.c_str())
        << testing::PrintToString(arguments);
  }
  EXPECT_EQ(entry("t", "retention.ms").at("value"), "7");
  EXPECT_EQ(entry("t", "cleanup.policy").at("source"), "default");
}

TEST_F(ConfigCommand, changes_nothing_when_it_only_asks_or_is_refused) {
  create_topic("t", 1);
  EXPECT_EQ(config({"alter", "--topic", "t", "--set", "retention.ms=5", "--dry-run"}).out,
            "would alter topic t\n");
  const Ran refused =
      config({"alter", "--topic", "t", "--set", "retention.ms=5", "--set", "segment.bytes=x"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.err.find("kelp: topic t: INVALID_CONFIG"), std::string::npos) << refused.err;
  EXPECT_EQ(entry("t", "retention.ms").at("source"), "default");
}

TEST_F(ConfigCommand, alters_the_others_when_one_is_unknown) {
  create_topic("t", 1);
  const Ran ran =
      config({"alter", "--topic", "gone", "--topic", "t", "--set", "retention.ms=5", "--json"});
  EXPECT_EQ(ran.exit_code, 1);
  const boost::json::value altered = boost::json::parse(ran.out);
  EXPECT_EQ(altered.at(0).at("error").at("name"), "UNKNOWN_TOPIC_OR_PARTITION");
  EXPECT_FALSE(altered.at(0).at("altered").as_bool());
  EXPECT_EQ(serialize(altered.at(1)),
            R"({"resource":"topic","name":"t","altered":true,"error":null})");
}

TEST_F(ConfigCommand, lists_what_has_configurations) {
  create_topic("t", 1);
  EXPECT_EQ(config({"list", "--type", "topic,group"}).out,
            "RESOURCE  NAME\n"
            "topic     t\n");
  EXPECT_EQ(serialize(json({"config", "list", "--type", "broker"})),
            R"([{"resource":"broker","name":"1"}])");
  EXPECT_EQ(config({"list", "--type", "x"}).exit_code, 2);
}

TEST_F(ConfigCommand, asks_each_broker_itself) {
  start(3);
  const boost::json::value described =
      json({"config", "describe", "--broker", "1", "--broker", "3", "--key", "node.id"});
  EXPECT_EQ(described.at(0).at("configs").at(0).at("value"), "1");
  EXPECT_EQ(described.at(1).at("configs").at(0).at("value"), "3");
  const Ran missing = config({"describe", "--broker", "9"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_EQ(missing.err, "kelp: broker 9: BROKER_NOT_AVAILABLE: there is no broker 9 now\n");
}

TEST_F(ConfigCommand, alters_one_broker_and_the_defaults_of_all) {
  EXPECT_EQ(config({"alter", "--broker-defaults", "--set", "log.retention.ms=1000"}).out,
            "altered broker defaults\n");
  EXPECT_EQ(config({"alter", "--broker", "1", "--set", "log.retention.ms=2000"}).out,
            "altered broker 1\n");
  EXPECT_EQ(
      config({"describe", "--broker-defaults", "--broker", "1", "--key", "log.retention.ms"}).out,
      "RESOURCE  NAME  KEY               VALUE  SOURCE           DEFAULT\n"
      "broker    -     log.retention.ms  1000   broker-defaults  -\n"
      "broker    1     log.retention.ms  2000   broker           604800000\n");
}

TEST_F(ConfigCommand, says_when_nothing_is_set) {
  const Ran ran = config({"describe", "--broker-defaults"});
  EXPECT_EQ(ran.exit_code, 0);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err, "Nothing is set.\n");
}

TEST_F(ConfigCommand, says_which_key_a_resource_does_not_have) {
  create_topic("t", 1);
  const Ran ran = config({"describe", "--topic", "t", "--key", "no.such"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_EQ(ran.err, "kelp: topic t has no key 'no.such'\n");
}

TEST_F(ConfigCommand, exits_with_2_where_options_do_not_fit) {
  const std::vector<std::string> wrong[] = {
      {},
      {"describe"},
      {"describe", "--broker", "x"},
      {"alter", "--topic", "t"},
      {"alter", "--set", "a=b"},
      {"alter", "--topic", "t", "--set", "a"},
      {"alter", "--topic", "t", "--set", "a=b", "--delete", "a"},
      {"frobnicate"},
  };
  for (const auto& arguments : wrong) {
    const Ran ran = config(arguments);
    EXPECT_EQ(ran.exit_code, 2) << testing::PrintToString(arguments) << ran.out << ran.err;
    EXPECT_NE(ran.err, "") << testing::PrintToString(arguments);
  }
}

}  // namespace
}  // namespace kelp::test
