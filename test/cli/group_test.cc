// `kelp group` against `kelp serve`, both the real binary.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <set>

#include "cli/command_fixture.h"
#include "wire/08_offset_commit.h"
#include "wire/10_find_coordinator.h"
#include "wire/11_join_group.h"
#include "wire/14_sync_group.h"
#include "wire/coordinator_record.h"
#include "wire/records/consumer_protocol.h"

namespace kelp::test {
namespace {

using boost::json::serialize;

/// The offsets of a group by its topic t, as `describe --json` tells them.
using Current = std::map<int64_t, int64_t>;

class GroupCommand : public CommandFixture {
 protected:
  /// `kelp group …`
  Ran group(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "group");
    return run(std::move(arguments));
  }
  /// Its JSON.
  boost::json::value json(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "group");
    return CommandFixture::json(std::move(arguments));
  }
  Current current(const std::string& name) const {
    Current offsets;
    const boost::json::value described = json({"describe", name, "--offsets"});
    for (const auto& each : described.at(0).at("offsets").as_array()) {
      offsets[each.at("partition").as_int64()] = each.at("current_offset").as_int64();
    }
    return offsets;
  }

  /// At the group's coordinator, once it answers.
  std::unique_ptr<TypedClient> coordinator_of(const std::string& name) {
    wire::FindCoordinatorRequest request;
    request.coordinator_keys = {name};
    for (const Deadline deadline = patience(); std::chrono::steady_clock::now() < deadline;) {
      const auto found = client_->call<wire::FindCoordinatorResponse>(request, 4);
      KELP_ASSERT(found.has_value());
      const auto& coordinator = found->coordinators.at(0);
      if (coordinator.error_code != ErrorCode::none) continue;
      return connect(static_cast<uint16_t>(coordinator.port));
    }
    return nullptr;
  }
  void commit(const std::string& name, const std::string& topic, int32_t partition, int64_t offset,
              const std::string& metadata = "") {
    const auto coordinator = coordinator_of(name);
    ASSERT_NE(coordinator, nullptr);
    wire::OffsetCommitRequest request;
    request.group_id = name;
    request.topics.emplace_back().name = topic;
    auto& to = request.topics[0].partitions.emplace_back();
    to.partition_index = partition;
    to.committed_offset = offset;
    to.committed_metadata = metadata;
    const auto committed = coordinator->call<wire::OffsetCommitResponse>(request, 8);
    ASSERT_TRUE(committed.has_value()) << committed.error().text();
    ASSERT_EQ(committed->topics.at(0).partitions.at(0).error_code, ErrorCode::none);
  }
  /// A consumer of t that is assigned its partition 0; its member id. Its session is long.
  std::string join(const std::string& name, const std::string& client_id) {
    const auto coordinator = coordinator_of(name);
    coordinator->client_id = client_id;
    wire::ConsumerProtocolSubscription subscription;
    subscription.topics = {"t"};
    wire::JoinGroupRequest joining;
    joining.group_id = name;
    joining.session_timeout_ms = 300'000;
    joining.rebalance_timeout_ms = 300'000;
    joining.protocol_type = "consumer";
    joining.protocols.push_back({"range", wire::encode_versioned(subscription, 1).slice()});
    const auto joined = coordinator->call<wire::JoinGroupResponse>(joining, 3);
    KELP_ASSERT(joined.has_value() && joined->error_code == ErrorCode::none);
    wire::ConsumerProtocolAssignment assignment;
    assignment.assigned_partitions.push_back({"t", {0}});
    wire::SyncGroupRequest syncing;
    syncing.group_id = name;
    syncing.generation_id = joined->generation_id;
    syncing.member_id = joined->member_id;
    syncing.assignments.push_back(
        {joined->member_id, wire::encode_versioned(assignment, 1).slice()});
    const auto synced = coordinator->call<wire::SyncGroupResponse>(syncing, 3);
    KELP_ASSERT(synced.has_value() && synced->error_code == ErrorCode::none);
    return joined->member_id;
  }
  /// A topic t with ten records in each of two partitions; group g is at 4 and 6.
  void make_group() {
    create_topic("t", 2);
    produce_ten("t", 0);
    produce_ten("t", 1);
    commit("g", "t", 0, 4);
    commit("g", "t", 1, 6);
  }
};

TEST_F(GroupCommand, lists_groups_by_state_and_type) {
  EXPECT_EQ(group({"list"}).out, "GROUP  TYPE  PROTOCOL-TYPE  STATE\n");
  make_group();
  join("live", "c");
  EXPECT_EQ(group({"list"}).out,
            "GROUP  TYPE     PROTOCOL-TYPE  STATE\n"
            "g      classic  -              Empty\n"
            "live   classic  consumer       Stable\n");
  EXPECT_EQ(serialize(json({"list", "--state", "stable,dead"})),
            R"([{"group":"live","type":"classic","protocol_type":"consumer","state":"Stable"}])");
  EXPECT_EQ(serialize(json({"list", "--type", "consumer"})), "[]");
}

TEST_F(GroupCommand, describes_offsets_lag_and_members) {
  make_group();
  const Ran empty = group({"describe", "g"});
  EXPECT_EQ(empty.exit_code, 0);
  EXPECT_EQ(empty.out,
            "GROUP  TOPIC  PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG  CONSUMER-ID  HOST  "
            "CLIENT-ID\n"
            "g      t      0          4               10              6    -            -     -\n"
            "g      t      1          6               10              4    -            -     -\n");
  EXPECT_EQ(empty.err, "Group 'g' has no active members.\n");

  const std::string member = join("g", "app");
  const Ran live = group({"describe", "g"});
  EXPECT_EQ(live.err, "");
  const std::string row = fmt::format(
      "\ng      t      0          4               10              6    {}  /127.0.0.1  app\n",
      member);
  EXPECT_NE(live.out.find(row), std::string::npos) << live.out;
  EXPECT_EQ(serialize(json({"describe", "g", "--members"}).at(0).at("members")),
            fmt::format(R"([{{"member_id":"{}","instance_id":null,"client_id":"app",)"
                        R"("host":"/127.0.0.1","subscribed":["t"],)"
                        R"("assigned":[{{"topic":"t","partitions":[0]}}]}}])",
                        member));
  EXPECT_EQ(group({"describe", "g", "--state"}).out,
            fmt::format("GROUP  COORDINATOR{0}  ID  ASSIGNMENT-STRATEGY  STATE   #MEMBERS\n"
                        "g      127.0.0.1:{1}  1   range                Stable  1\n",
                        std::string(std::to_string(kelp_->port()).size() - 1, ' '), kelp_->port()));
}

TEST_F(GroupCommand, describes_the_others_when_one_is_unknown) {
  make_group();
  const Ran ran = group({"describe", "nope", "g", "--json"});
  EXPECT_EQ(ran.exit_code, 1);
  const boost::json::value described = boost::json::parse(ran.out);
  EXPECT_EQ(described.at(0).at("error").at("name"), "GROUP_ID_NOT_FOUND");
  EXPECT_EQ(described.at(1).at("group"), "g");
  EXPECT_TRUE(described.at(1).at("error").is_null());
  EXPECT_NE(ran.err.find("kelp: group 'nope': GROUP_ID_NOT_FOUND"), std::string::npos) << ran.err;
}

TEST_F(GroupCommand, resets_to_each_target_only_when_told_to_execute) {
  make_group();
  const Ran dry = group({"reset-offsets", "g", "--topic", "t", "--to-earliest"});
  EXPECT_EQ(dry.exit_code, 0);
  EXPECT_EQ(dry.out,
            "GROUP  TOPIC  PARTITION  CURRENT-OFFSET  NEW-OFFSET\n"
            "g      t      0          4               0\n"
            "g      t      1          6               0\n");
  EXPECT_EQ(dry.err, "Nothing was changed: --execute commits these offsets.\n");
  EXPECT_EQ(current("g"), (Current{{0, 4}, {1, 6}}));

  const std::pair<std::vector<std::string>, Current> cases[] = {
      {{"--topic", "t:1", "--to-earliest"}, {{0, 4}, {1, 0}}},
      {{"--all-topics", "--to-latest"}, {{0, 10}, {1, 10}}},
      {{"--topic", "t", "--to-offset", "7"}, {{0, 7}, {1, 7}}},
      {{"--topic", "t:0", "--topic", "t:1", "--shift-by", "-2"}, {{0, 5}, {1, 5}}},
      {{"--topic", "t:0", "--shift-by", "99"}, {{0, 10}, {1, 5}}},
      {{"--topic", "t", "--to-datetime", "1970-01-01T00:16:42.500Z"}, {{0, 3}, {1, 3}}},
      {{"--topic", "t", "--to-current"}, {{0, 3}, {1, 3}}},
      {{"--topic", "t:0", "--by-duration", "PT1H"}, {{0, 10}, {1, 3}}},
  };
  for (const auto& [arguments, expected] : cases) {
    std::vector<std::string> all{"reset-offsets", "g", "--execute"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Ran ran = group(all);
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    EXPECT_EQ(current("g"), expected) << testing::PrintToString(arguments);
  }
}

TEST_F(GroupCommand, saves_offsets_to_a_file_and_brings_them_back) {
  make_group();
  const Ran saved = group({"reset-offsets", "g", "--all-topics", "--to-current", "--export"});
  EXPECT_EQ(saved.out, "t,0,4\nt,1,6\n");
  const TempDir directory;
  const std::string path = directory.path() / "offsets.csv";
  std::ofstream(path) << saved.out;
  EXPECT_EQ(group({"reset-offsets", "other", "--from-file", path, "--execute"}).exit_code, 0);
  EXPECT_EQ(current("other"), (Current{{0, 4}, {1, 6}}));
}

TEST_F(GroupCommand, refuses_to_change_a_group_that_has_members) {
  make_group();
  join("g", "c");
  const Ran reset = group({"reset-offsets", "g", "--topic", "t", "--to-latest", "--execute"});
  EXPECT_EQ(reset.exit_code, 1);
  EXPECT_NE(reset.err.find("group 'g' is Stable and has active members (1)"), std::string::npos)
      << reset.err;
  const Ran deleted = group({"delete", "g"});
  EXPECT_EQ(deleted.exit_code, 1);
  EXPECT_EQ(deleted.err,
            "kelp: group 'g': NON_EMPTY_GROUP: the group has members; stop its consumers first\n");
  const Ran offsets = group({"delete-offsets", "g", "--topic", "t"});
  EXPECT_EQ(offsets.exit_code, 1);
  EXPECT_NE(offsets.out.find("GROUP_SUBSCRIBED_TO_TOPIC"), std::string::npos) << offsets.out;
  EXPECT_EQ(current("g"), (Current{{0, 4}, {1, 6}}));
}

TEST_F(GroupCommand, deletes_offsets_and_groups) {
  make_group();
  EXPECT_EQ(group({"delete-offsets", "g", "--topic", "t:1"}).out,
            "GROUP  TOPIC  PARTITION  STATUS\n"
            "g      t      1          deleted\n");
  EXPECT_EQ(current("g"), (Current{{0, 4}}));
  const Ran deleted = group({"delete", "g", "nope"});
  EXPECT_EQ(deleted.exit_code, 1);
  EXPECT_EQ(deleted.out, "deleted g\n");
  EXPECT_EQ(serialize(json({"list"})), "[]");
}

TEST_F(GroupCommand, names_topics_and_partitions_that_are_not_there) {
  make_group();
  const Ran topic = group({"reset-offsets", "g", "--topic", "gone", "--to-latest"});
  EXPECT_EQ(topic.exit_code, 1);
  EXPECT_EQ(topic.err, "kelp: there is no topic 'gone'\n");
  const Ran partition = group({"reset-offsets", "g", "--topic", "t:2", "--to-latest"});
  EXPECT_EQ(partition.exit_code, 1);
  EXPECT_EQ(partition.err, "kelp: topic 't' has no partition 2\n");
  // Asking created nothing.
  EXPECT_EQ(group({"reset-offsets", "g", "--topic", "gone", "--to-latest"}).exit_code, 1);
}

TEST_F(GroupCommand, prints_no_control_characters_of_others) {
  create_topic("t", 1);
  commit("g\x1b[31m", "t", 0, 0, "\x1b]0;title\a");
  join("live", "\x1b[2J\xc2\x9b");
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"list"},
        {"list", "--json"},
        {"describe", "--all", "--verbose"},
        {"describe", "--all", "--json"},
        {"describe", "--all", "--members", "--state"}}) {
    const Ran ran = group(arguments);
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    for (const std::string& text : {ran.out, ran.err}) {
      EXPECT_EQ(text.find_first_of("\x1b\a"), std::string::npos) << text;
      EXPECT_EQ(text.find("\xc2\x9b"), std::string::npos) << text;
    }
  }
}

TEST_F(GroupCommand, exits_with_2_where_options_do_not_fit) {
  const std::vector<std::string> wrong[] = {
      {"list", "--state", "fine"},
      {"list", "--type", "x"},
      {"describe"},
      {"describe", "g", "--all"},
      {"delete"},
      {"delete-offsets", "g"},
      {"delete-offsets", "g", "--topic", "t:x"},
      {"reset-offsets", "g", "--topic", "t"},
      {"reset-offsets", "g", "--to-latest"},
      {"reset-offsets", "g", "--to-latest", "--to-earliest", "--topic", "t"},
      {"reset-offsets", "g", "--to-latest", "--all-topics", "--topic", "t"},
      {"reset-offsets", "g", "--to-offset", "-1", "--topic", "t"},
      {"reset-offsets", "g", "--to-datetime", "yesterday", "--topic", "t"},
      {"reset-offsets", "g", "--by-duration", "15M", "--topic", "t"},
      {"reset-offsets", "g", "--from-file", "/nonexistent"},
      {"reset-offsets", "g", "--to-latest", "--topic", "t", "--execute", "--dry-run"},
      {"reset-offsets", "g", "--to-latest", "--topic", "t", "--export", "--json"},
      {"frobnicate"},
  };
  for (const auto& arguments : wrong) {
    const Ran ran = group(arguments);
    EXPECT_EQ(ran.exit_code, 2) << testing::PrintToString(arguments) << ran.out << ran.err;
    EXPECT_NE(ran.err, "") << testing::PrintToString(arguments);
  }
}

TEST_F(GroupCommand, says_where_it_looked_when_nobody_answers) {
  const uint16_t port = kelp_->port();
  kelp_->kill();
  const Ran ran = group({"list"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_EQ(ran.err, fmt::format("kelp: cannot connect to 127.0.0.1:{}: Connection refused; -b "
                                 "HOST:PORT or KELP_BOOTSTRAP_SERVERS says where the cluster "
                                 "listens\n",
                                 port));
}

TEST_F(GroupCommand, takes_the_cluster_from_the_environment_unless_told) {
  ::setenv("KELP_BOOTSTRAP_SERVERS", fmt::format("127.0.0.1:{}", kelp_->port()).c_str(), 1);
  EXPECT_EQ(run_kelp({"group", "list"}).exit_code, 0);
  ::setenv("KELP_BOOTSTRAP_SERVERS", "127.0.0.1:1", 1);
  EXPECT_EQ(run_kelp({"group", "list"}).exit_code, 1);
  EXPECT_EQ(group({"list"}).exit_code, 0);
  ::unsetenv("KELP_BOOTSTRAP_SERVERS");
}

TEST_F(GroupCommand, asks_every_broker_and_each_groups_coordinator) {
  start(3);
  create_topic("t", 1);
  std::string listed;
  for (int i = 0; i < 9; ++i) {
    const std::string name = "g" + std::to_string(i);
    commit(name, "t", 0, 0);
    listed += name + ' ';
  }
  std::set<int64_t> coordinators;
  std::string described;
  const boost::json::value groups = json({"describe", "--all"});
  for (const auto& each : groups.as_array()) {
    described += std::string(each.at("group").as_string()) + ' ';
    coordinators.insert(each.at("coordinator").at("id").as_int64());
    EXPECT_EQ(each.at("offsets").as_array().size(), 1u);
  }
  EXPECT_EQ(described, listed);
  EXPECT_EQ(coordinators, (std::set<int64_t>{1, 2, 3})) << "nine names fall on all three";
}

}  // namespace
}  // namespace kelp::test
