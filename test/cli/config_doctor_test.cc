// `kelp config doctor`, the real binary.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>

#include "client/kelp_process.h"
#include "client/run_kelp.h"

namespace kelp::test {
namespace {

class ConfigDoctor : public testing::Test {
 protected:
  Ran examine(std::string_view text, std::vector<std::string> flags = {}) const {
    const std::string path = directory_.path() / "server.properties";
    std::ofstream(path) << text;
    flags.insert(flags.begin(), {"config", "doctor", path});
    return run_kelp(flags);
  }
  TempDir directory_;
};

TEST_F(ConfigDoctor, says_of_each_line_what_it_does) {
  const Ran ran = examine(
      "# Kafka's own\n"
      "num.partitions=3\n"
      "num.network.threads=8\n");
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(ran.out,
            "LINE  KEY                  VERDICT    WHY\n"
            "2     num.partitions       honoured   Partitions of a topic that does not say how "
            "many.\n"
            "3     num.network.threads  no effect  threads are shards: kelp.shards\n");
  EXPECT_EQ(ran.err, "1 honoured, 1 no effect\n");
}

TEST_F(ConfigDoctor, fails_for_what_is_refused_unknown_wrong_or_in_conflict) {
  for (const char* text : {"authorizer.class.name=a.B\n", "num.partition=1\n",
                           "num.partitions=none\n", "node.id=1\nbroker.id=2\n"}) {
    EXPECT_EQ(examine(text).exit_code, 1) << text;
    EXPECT_EQ(examine(text, {"--json"}).exit_code, 1) << text;
  }
  EXPECT_EQ(examine("node.id=1\nbroker.id=2\n").out.substr(0, 4), "LINE");
  EXPECT_NE(examine("node.id=1\nbroker.id=2\n").out.find("\nconflict: You must set `node.id`"),
            std::string::npos);
}

TEST_F(ConfigDoctor, prints_json_for_programs) {
  const auto told = boost::json::parse(examine("num.partition=1\n", {"--json"}).out);
  EXPECT_EQ(boost::json::serialize(told),
            R"({"lines":[{"line":1,"key":"num.partition","verdict":"unknown",)"
            R"("reason":"unknown configuration key 'num.partition'; did you mean )"
            R"('num.partitions'?","nearest":"num.partitions"}],"conflicts":[]})");
}

TEST_F(ConfigDoctor, shows_no_passwords_and_obeys_no_control_characters) {
  const Ran ran = examine("ssl.key.password=hunter2\n\x1b[31m=x\n");
  EXPECT_EQ(ran.out.find("hunter2"), std::string::npos);
  EXPECT_EQ(ran.out.find('\x1b'), std::string::npos);
}

TEST_F(ConfigDoctor, names_a_file_that_it_cannot_read) {
  const Ran ran = run_kelp({"config", "doctor", "/nonexistent"});
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_EQ(ran.err, "kelp: cannot read /nonexistent: No such file or directory\n");
  EXPECT_EQ(examine("a=\\u1").exit_code, 1);
  EXPECT_EQ(run_kelp({"config", "doctor"}).exit_code, 2);
}

}  // namespace
}  // namespace kelp::test
