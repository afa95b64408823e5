// `kelp cluster info`, `kelp logdirs` and `kelp completion`, the real binary.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "cli/command_fixture.h"

namespace kelp::test {
namespace {

class ClusterCommand : public CommandFixture {};

TEST_F(ClusterCommand, tells_who_is_there_and_what_they_hold) {
  start(3);
  create_topic("t", 5);
  const Ran ran = run({"cluster", "info"});
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_NE(ran.out.find(kelp_->cluster_id()), std::string::npos) << ran.out;
  const boost::json::value info = json({"cluster", "info"});
  EXPECT_EQ(info.at("cluster_id"), kelp_->cluster_id().c_str());
  EXPECT_EQ(info.at("topic_count").as_int64(), 1);
  EXPECT_EQ(info.at("partition_count").as_int64(), 5);
  EXPECT_EQ(info.at("unavailable").as_int64(), 0);
  ASSERT_EQ(info.at("nodes").as_array().size(), 3u);
  for (int i = 0; i < 3; ++i) {
    const auto& node = info.at("nodes").as_array()[static_cast<size_t>(i)];
    EXPECT_EQ(node.at("id").as_int64(), i + 1);
    EXPECT_EQ(node.at("port").as_int64(), kelp_->ports()[static_cast<size_t>(i)]);
    EXPECT_FALSE(node.as_object().contains("apis"));
  }
}

TEST_F(ClusterCommand, tells_the_versions_of_every_api_when_told) {
  const boost::json::value info = json({"cluster", "info", "--verbose"});
  bool found = false;
  for (const auto& api : info.at("nodes").at(0).at("apis").as_array()) {
    if (api.at("name") != "ApiVersions") continue;
    found = true;
    EXPECT_EQ(api.at("key").as_int64(), 18);
    EXPECT_EQ(api.at("max_version").as_int64(), 4);
  }
  EXPECT_TRUE(found);
  const Ran ran = run({"cluster", "info", "--verbose"});
  EXPECT_NE(ran.out.find("\n18   ApiVersions"), std::string::npos) << ran.out;
}

TEST_F(ClusterCommand, shows_what_topics_take_of_the_disk) {
  const TempDir directory;
  kelp_->kill();
  KelpProcess::Options options;
  options.data_dir = directory.path().string();
  kelp_ = std::make_unique<KelpProcess>(options);
  ASSERT_TRUE(kelp_->start());
  client_ = connect(kelp_->port());
  create_topic("full", 2);
  create_topic("empty", 1);
  produce_ten("full", 1);
  const boost::json::value dirs = json({"logdirs"});
  ASSERT_EQ(dirs.as_array().size(), 1u);
  EXPECT_EQ(dirs.at(0).at("partitions").as_array().size(), 3u);
  const boost::json::value some = json({"logdirs", "full:1", "--broker", "1"});
  const auto& replica = some.at(0).at("partitions").as_array();
  ASSERT_EQ(replica.size(), 1u);
  const int64_t size = replica[0].at("size_bytes").as_int64();
  EXPECT_GT(size, 0);
  EXPECT_EQ(some.at(0).at("size_bytes").as_int64(), size);
  const Ran topics = run({"logdirs", "--bytes", "--by-size"});
  EXPECT_EQ(topics.out.substr(topics.out.find("\n\n") + 2),
            fmt::format("TOPIC  PARTITIONS  REPLICAS  SIZE\n"
                        "full   2           2         {}\n"
                        "empty  1           1         0\n",
                        size));
  const Ran partitions = run({"logdirs", "full", "--partitions", "--bytes"});
  EXPECT_NE(partitions.out.find("\nfull   1          1       "), std::string::npos)
      << partitions.out;
  kelp_->kill();
}

TEST_F(ClusterCommand, refuses_brokers_and_topics_that_are_not_there) {
  const Ran broker = run({"logdirs", "--broker", "9"});
  EXPECT_EQ(broker.exit_code, 1);
  EXPECT_EQ(broker.err, "kelp: there is no broker 9 now\n");
  const Ran topic = run({"logdirs", "gone"});
  EXPECT_EQ(topic.exit_code, 1);
  EXPECT_EQ(topic.err, "kelp: there is no topic 'gone'\n");
  EXPECT_EQ(run({"logdirs", "t:x"}).exit_code, 2);
  EXPECT_EQ(run({"cluster"}).exit_code, 2);
}

TEST(CompletionCommand, knows_every_command_of_the_help) {
  const Ran help = run_kelp({"--help"});
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const Ran script = run_kelp({"completion", shell});
    EXPECT_EQ(script.exit_code, 0);
    std::string_view rest = help.out;
    rest.remove_prefix(rest.find("Subcommands:\n") + 13);
    size_t commands = 0;
    while (rest.starts_with("  ")) {
      const std::string command(rest.substr(2, rest.find(' ', 2) - 2));
      if (!command.empty()) ++commands;
      EXPECT_NE(script.out.find(command), std::string::npos) << shell << ": " << command;
      rest.remove_prefix(rest.find('\n') + 1);
    }
    EXPECT_GE(commands, 9u) << help.out;
  }
  EXPECT_EQ(run_kelp({"completion", "tcsh"}).exit_code, 2);
  EXPECT_EQ(run_kelp({"completion"}).exit_code, 2);
}

}  // namespace
}  // namespace kelp::test
