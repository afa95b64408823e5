// `kelp topic` against `kelp serve`, both the real binary.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cli/command_fixture.h"

namespace kelp::test {
namespace {

using boost::json::serialize;

class TopicCommand : public CommandFixture {
 protected:
  /// `kelp topic …`
  Ran topic(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "topic");
    return run(std::move(arguments));
  }
  boost::json::value json(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "topic");
    return CommandFixture::json(std::move(arguments));
  }
  /// The names that `list` tells, with a blank behind each.
  std::string listed(std::vector<std::string> arguments = {}) const {
    arguments.insert(arguments.begin(), "list");
    std::string names;
    for (const auto& each : json(arguments).as_array()) {
      names += std::string(each.at("topic").as_string()) + ' ';
    }
    return names;
  }
  /// Where the logs start, by partition: "0:4 1:0 ".
  std::string starts(const std::string& name) const {
    std::string text;
    const boost::json::value described = json({"describe", name, "--offsets"});
    for (const auto& each : described.at(0).at("partitions").as_array()) {
      text += fmt::format("{}:{} ", each.at("partition").as_int64(),
                          each.at("start_offset").as_int64());
    }
    return text;
  }
};

TEST_F(TopicCommand, creates_with_what_is_given_and_lists) {
  const Ran created = topic({"create", "orders", "payments", "-p", "3", "-r", "1", "-c",
                             "retention.ms=1000", "--config", "cleanup.policy=compact,delete"});
  EXPECT_EQ(created.exit_code, 0) << created.err;
  EXPECT_EQ(created.out,
            "created orders: 3 partitions, replication factor 1\n"
            "created payments: 3 partitions, replication factor 1\n");
  EXPECT_EQ(topic({"list"}).out,
            "TOPIC     PARTITIONS  REPLICATION-FACTOR  INTERNAL  UNDER-REPLICATED  UNAVAILABLE\n"
            "orders    3           1                   no        0                 0\n"
            "payments  3           1                   no        0                 0\n");
  const boost::json::value described = json({"describe", "orders"}).at(0);
  EXPECT_EQ(described.at("id").as_string().size(), 22u);
  EXPECT_EQ(described.at("partition_count").as_int64(), 3);
  std::string configs;
  for (const auto& each : described.at("configs").as_array()) {
    if (each.at("source") != "topic") continue;
    configs += fmt::format("{}={} ", each.at("key").as_string().c_str(),
                           each.at("value").as_string().c_str());
  }
  EXPECT_EQ(configs, "cleanup.policy=compact,delete retention.ms=1000 ");
}

TEST_F(TopicCommand, leaves_numbers_that_are_not_given_to_the_cluster) {
  start(1, {"--set", "num.partitions=4"});
  EXPECT_EQ(topic({"create", "t"}).out, "created t: 4 partitions, replication factor 1\n");
}

TEST_F(TopicCommand, creates_nothing_when_it_only_asks) {
  EXPECT_EQ(topic({"create", "t", "-p", "2", "--dry-run"}).out,
            "would create t: 2 partitions, replication factor 1\n");
  const boost::json::value asked = json({"create", "t", "--validate-only"}).at(0);
  EXPECT_FALSE(asked.at("created").as_bool());
  EXPECT_TRUE(asked.at("id").is_null()) << "it would not be the id of the topic that is made later";
  EXPECT_EQ(listed(), "");
}

TEST_F(TopicCommand, takes_an_existing_topic_for_a_failure_unless_told) {
  create_topic("t", 1);
  const Ran refused = topic({"create", "t", "u"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_EQ(refused.out, "created u: 1 partitions, replication factor 1\n");
  EXPECT_EQ(refused.err, "kelp: topic 't': TOPIC_ALREADY_EXISTS: Topic 't' already exists.\n");
  const Ran taken = topic({"create", "t", "--if-not-exists"});
  EXPECT_EQ(taken.exit_code, 0) << taken.err;
  EXPECT_EQ(taken.out, "t exists\n");
  EXPECT_EQ(serialize(json({"create", "t", "--if-not-exists"})),
            R"([{"topic":"t","created":false,"error":null}])");
}

TEST_F(TopicCommand, puts_partitions_where_it_is_told) {
  start(3);
  EXPECT_EQ(topic({"create", "t", "--replica-assignment", "3,1,1"}).exit_code, 0);
  std::string leaders;
  const boost::json::value described = json({"describe", "t"});
  for (const auto& each : described.at(0).at("partitions").as_array()) {
    leaders += std::to_string(each.at("leader").as_int64()) + ' ';
  }
  EXPECT_EQ(leaders, "3 1 1 ");
}

TEST_F(TopicCommand, describes_partitions_and_where_they_start_and_end) {
  create_topic("t", 2);
  produce_ten("t", 1);
  const Ran ran = topic({"describe", "t", "--offsets"});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  const std::string partitions = ran.out.substr(ran.out.find("\n\n") + 2);
  EXPECT_EQ(partitions,
            "TOPIC  PARTITION  LEADER  LEADER-EPOCH  REPLICAS  ISR  OFFLINE  START-OFFSET  "
            "END-OFFSET\n"
            "t      0          1       0             1         1    -        0             0\n"
            "t      1          1       0             1         1    -        0             10\n");
  EXPECT_EQ(ran.out.find("TOPIC  ID"), 0u) << ran.out;
}

TEST_F(TopicCommand, chooses_topics_by_name_pattern_id_and_state) {
  for (const char* name : {"test-a", "test-b", "prod", "other"}) create_topic(name, 1);
  EXPECT_EQ(listed({"--matching", "test-.*"}), "test-a test-b ");
  EXPECT_EQ(listed({"--matching", "test", "--matching", "pro[cd]|xyz"}), "prod ")
      << "the whole name";
  EXPECT_EQ(listed({"--unavailable"}), "");
  EXPECT_EQ(listed({"--under-replicated"}), "");
  const std::string id(json({"describe", "prod"}).at(0).at("id").as_string());
  EXPECT_EQ(json({"describe", "--id", id}).at(0).at("topic"), "prod");
  EXPECT_EQ(json({"describe", "--all", "--at-min-isr"}).as_array().size(), 4u)
      << "one replica, and one must be in sync";
  EXPECT_EQ(serialize(json({"describe", "--all", "--under-min-isr"})), "[]");
  EXPECT_EQ(topic({"alter", "other", "--set", "retention.ms=5"}).out, "altered other\n");
  EXPECT_EQ(json({"describe", "--all", "--with-overrides"}).as_array().size(), 1u);
}

TEST_F(TopicCommand, hides_internal_topics_only_when_told) {
  create_topic("t", 1);
  create_topic("__consumer_offsets", 1);
  EXPECT_EQ(listed(), "__consumer_offsets t ");
  EXPECT_EQ(listed({"--exclude-internal"}), "t ");
}

TEST_F(TopicCommand, describes_the_others_when_one_is_unknown) {
  create_topic("t", 1);
  const Ran ran = topic({"describe", "nope", "t", "--json"});
  EXPECT_EQ(ran.exit_code, 1);
  const boost::json::value described = boost::json::parse(ran.out);
  EXPECT_EQ(described.at(0).at("topic"), "t");
  EXPECT_EQ(described.at(1).at("error").at("name"), "UNKNOWN_TOPIC_OR_PARTITION");
  EXPECT_EQ(ran.err,
            "kelp: topic 'nope': UNKNOWN_TOPIC_OR_PARTITION: there is no such topic or "
            "partition\n");
  EXPECT_EQ(listed(), "t ") << "asking created nothing";
  const Ran id = topic({"describe", "--id", "AAAAAAAAAAAAAAAAAAAAAg"});
  EXPECT_EQ(id.exit_code, 1);
  EXPECT_NE(id.err.find("UNKNOWN_TOPIC_ID"), std::string::npos) << id.err;
}

TEST_F(TopicCommand, alters_partitions_and_configurations_together_or_not_at_all) {
  create_topic("t", 2);
  EXPECT_EQ(topic({"alter", "t", "-p", "3", "--set", "retention.ms=5", "--dry-run"}).out,
            "would alter t\n");
  EXPECT_EQ(json({"describe", "t"}).at(0).at("partition_count").as_int64(), 2);
  const Ran fewer = topic({"alter", "t", "-p", "1", "--set", "retention.ms=5"});
  EXPECT_EQ(fewer.exit_code, 1);
  EXPECT_NE(fewer.err.find("INVALID_PARTITIONS"), std::string::npos) << fewer.err;
  EXPECT_EQ(serialize(json({"describe", "t", "--with-overrides"})), "[]");
  EXPECT_EQ(topic({"alter", "t", "-p", "3", "--set", "retention.ms=5"}).out, "altered t\n");
  const boost::json::value described = json({"describe", "t", "--with-overrides"}).at(0);
  EXPECT_EQ(described.at("partition_count").as_int64(), 3);
  EXPECT_EQ(topic({"alter", "t", "--delete", "retention.ms"}).exit_code, 0);
  EXPECT_EQ(serialize(json({"describe", "t", "--with-overrides"})), "[]");
  EXPECT_EQ(topic({"alter", "gone", "-p", "3", "--if-exists"}).out, "gone does not exist\n");
}

TEST_F(TopicCommand, deletes_named_topics_and_says_which_are_not_there) {
  create_topic("t", 1);
  const Ran ran = topic({"delete", "t", "gone"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_EQ(ran.out, "deleted t\n");
  EXPECT_NE(ran.err.find("topic 'gone': UNKNOWN_TOPIC_OR_PARTITION"), std::string::npos) << ran.err;
  const Ran again = topic({"delete", "t", "--if-exists"});
  EXPECT_EQ(again.exit_code, 0);
  EXPECT_EQ(again.out, "t does not exist\n");
  EXPECT_EQ(listed(), "");
}

TEST_F(TopicCommand, deletes_what_matches_only_by_that_option) {
  for (const char* name : {"test.a", "test.b", "prod", "__consumer_offsets"}) create_topic(name, 1);
  const Ran literal = topic({"delete", "test.*"});
  EXPECT_EQ(literal.exit_code, 1) << "a name, not a pattern";
  EXPECT_EQ(topic({"delete", "--matching", "test.*", "--dry-run"}).out,
            "would delete test.a\nwould delete test.b\n");
  EXPECT_EQ(listed(), "__consumer_offsets prod test.a test.b ");
  EXPECT_EQ(topic({"delete", "--matching", "test.*"}).out, "deleted test.a\ndeleted test.b\n");
  EXPECT_EQ(topic({"delete", "--matching", ".*"}).out, "deleted prod\n");
  EXPECT_EQ(listed(), "__consumer_offsets ") << "internal ones go only by their names";
  const Ran none = topic({"delete", "--matching", "x"});
  EXPECT_EQ(none.exit_code, 0);
  EXPECT_EQ(none.err, "No topic matches.\n");
}

TEST_F(TopicCommand, trims_to_each_target) {
  create_topic("t", 2);
  produce_ten("t", 0);
  produce_ten("t", 1);
  EXPECT_EQ(topic({"trim", "t", "--before", "3", "--dry-run"}).out,
            "TOPIC  PARTITION  START-OFFSET  NEW-START-OFFSET  RECORDS\n"
            "t      0          0             3                 3\n"
            "t      1          0             3                 3\n");
  EXPECT_EQ(starts("t"), "0:0 1:0 ");
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{"t:1", "--before", "3"}, "0:0 1:3 "},
      {{"t", "--to-datetime", "1970-01-01T00:16:42.500Z"}, "0:3 1:3 "},
      {{"t", "--before", "2"}, "0:3 1:3 "},
      {{"t:0", "t:1", "--before", "5"}, "0:5 1:5 "},
      {{"t:0", "--to-latest"}, "0:10 1:5 "},
      {{"t", "--by-duration", "PT1H"}, "0:10 1:10 "},
  };
  for (const auto& [arguments, expected] : cases) {
    std::vector<std::string> all{"trim"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Ran ran = topic(all);
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    EXPECT_EQ(starts("t"), expected) << testing::PrintToString(arguments);
  }
}

TEST_F(TopicCommand, trims_no_further_than_the_end_and_no_compacted_topic) {
  create_topic("t", 1);
  produce_ten("t", 0);
  const Ran beyond = topic({"trim", "t", "--before", "99", "--json"});
  EXPECT_EQ(beyond.out,
            "[{\"topic\":\"t\",\"partition\":0,\"start_offset\":0,\"new_start_offset\":10,"
            "\"trimmed\":true,\"error\":null}]\n");
  EXPECT_EQ(beyond.err, "t:0 ends before offset 99: 10 is its end.\n");
  EXPECT_EQ(topic({"create", "c", "-c", "cleanup.policy=compact"}).exit_code, 0);
  const Ran compacted = topic({"trim", "c", "--to-latest"});
  EXPECT_EQ(compacted.exit_code, 1);
  EXPECT_EQ(compacted.err,
            "kelp: c:0 was not trimmed: POLICY_VIOLATION: a topic that is only compacted cannot be "
            "trimmed\n");
  EXPECT_EQ(topic({"trim", "t:7", "--to-latest"}).err, "kelp: topic 't' has no partition 7\n");
}

TEST_F(TopicCommand, says_what_the_broker_says_of_a_bad_topic) {
  const Ran bad = topic({"create", "t", "-c", "retention.ms=soon"});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_NE(bad.err.find("INVALID_CONFIG: Invalid value soon for configuration retention.ms"),
            std::string::npos)
      << bad.err;
  EXPECT_NE(topic({"create", "bad name"}).err.find("INVALID_TOPIC_EXCEPTION"), std::string::npos);
}

TEST_F(TopicCommand, exits_with_2_where_options_do_not_fit) {
  const std::vector<std::string> wrong[] = {
      {},
      {"list", "--matching", "("},
      {"describe"},
      {"describe", "t", "--all"},
      {"describe", "--id", "x"},
      {"create"},
      {"create", "t", "-p", "0"},
      {"create", "t", "-c", "retention.ms"},
      {"create", "t", "-c", "retention.ms=1", "-c", "retention.ms=2"},
      {"create", "t", "-p", "2", "--replica-assignment", "1,1"},
      {"create", "t", "--replica-assignment", "1:x"},
      {"alter", "t"},
      {"alter", "t", "--set", "=1"},
      {"alter", "t", "--replica-assignment", "1"},
      {"delete"},
      {"trim", "t"},
      {"trim", "--to-latest"},
      {"trim", "t", "--to-latest", "--before", "1"},
      {"trim", "t", "--before", "-1"},
      {"trim", "t:x", "--to-latest"},
      {"trim", "t", "--to-datetime", "yesterday"},
      {"frobnicate"},
  };
  for (const auto& arguments : wrong) {
    const Ran ran = topic(arguments);
    EXPECT_EQ(ran.exit_code, 2) << testing::PrintToString(arguments) << ran.out << ran.err;
    EXPECT_NE(ran.err, "") << testing::PrintToString(arguments);
  }
}

}  // namespace
}  // namespace kelp::test
