#include "config/judgement.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "config/conflicts.h"

namespace kelp::config {
namespace {

std::string judged(std::string_view name, std::string_view text) {
  const Judgement judgement = judge(name, text);
  return fmt::format("{}: {}", name_of(judgement.verdict), judgement.reason);
}

/// "line name verdict" of each line.
std::string judged_file(std::string_view text) {
  const auto lines = judge_file(text);
  if (!lines.has_value()) return lines.error().what;
  std::string all;
  for (const JudgedLine& each : *lines) {
    all += fmt::format("{} {} {}\n", each.line, each.name, name_of(each.judgement.verdict));
  }
  return all;
}

TEST(Judgement, follows_the_row_of_each_key) {
  for (const Key& key : keys(Scope::broker)) {
    if (!key.has_default()) continue;
    const Judgement judgement = judge(key.name, key.default_text);
    EXPECT_EQ(judgement.key, &key);
    EXPECT_EQ(judgement.verdict == Verdict::honoured, key.effect == Effect::honoured) << key.name;
    EXPECT_NE(judgement.verdict, Verdict::refused) << key.name << ": its default";
    EXPECT_NE(judgement.reason, "") << key.name;
  }
}

TEST(Judgement, says_why) {
  EXPECT_EQ(judged("num.partitions", "0"),
            "bad value: Invalid value 0 for configuration num.partitions: Value must be at least "
            "1");
  EXPECT_EQ(judged("num.network.threads", "3"), "no effect: threads are shards: kelp.shards");
  EXPECT_EQ(judged("authorizer.class.name", "a.B"),
            "refused: authorizer.class.name=a.B is refused, for to ignore it would be unsafe: TLS, "
            "SASL and ACLs come with a later version");
  EXPECT_EQ(judged("authorizer.class.name", ""),
            "no effect: the default, which alone is taken: TLS, SASL and ACLs come with a later "
            "version");
  EXPECT_EQ(judged("num.partition", "1"),
            "unknown: unknown configuration key 'num.partition'; did you mean 'num.partitions'?");
  EXPECT_EQ(judged("retention.ms", "1"),
            "unknown: unknown configuration key 'retention.ms'; it is a topic's key, the broker's "
            "is 'log.retention.ms'");
  EXPECT_EQ(judged("broker.7.broker.rack", "a").substr(0, 8), "honoured");
  EXPECT_EQ(judge("broker.7.broker.rack", "a").node_id, 7);
}

TEST(Judgement, names_the_nearest_key) {
  ASSERT_NE(judge("num.partition", "1").nearest, nullptr);
  EXPECT_EQ(judge("num.partition", "1").nearest->name, "num.partitions");
  EXPECT_EQ(judge("retention.ms", "1").nearest->name, "log.retention.ms");
  EXPECT_EQ(judge("something.else.entirely", "1").nearest, nullptr);
}

TEST(Judgement, never_shows_a_password) {
  for (const Key& key : keys(Scope::broker)) {
    if (!key.is_sensitive()) continue;
    EXPECT_EQ(judged(key.name, "hunter2").find("hunter2"), std::string::npos) << key.name;
  }
}

TEST(JudgedFile, tells_of_every_line_and_lets_the_last_one_count) {
  EXPECT_EQ(judged_file("# a comment\n"
                        "num.partitions=3\n"
                        "num.io.threads=8\n"
                        "nonsense=1\n"
                        "log.cleaner.backoff.ms=\\\n"
                        "  -1\n"
                        "num.partitions=4\n"),
            "2 num.partitions no effect\n"
            "3 num.io.threads no effect\n"
            "4 nonsense unknown\n"
            "5 log.cleaner.backoff.ms bad value\n"
            "7 num.partitions honoured\n");
  EXPECT_EQ(judged_file("a=\\u12"), "line 1: \\u must be followed by four hexadecimal digits");
}

TEST(Conflicts, are_what_is_wrong_between_lines_that_are_right) {
  BrokerSettings settings;
  settings.add_file("node.id=1\nbroker.id=2\nlog.dirs=/a,/b\nnum.partitions=x\n", "f");
  const auto conflicts = conflicts_in(settings);
  ASSERT_EQ(conflicts.size(), 2u);
  EXPECT_EQ(conflicts[0], "You must set `node.id` to the same value as `broker.id`.");
  EXPECT_TRUE(conflicts[1].starts_with("log.dirs names 2 directories (/a, /b)"));
  BrokerSettings good;
  good.add_file("node.id=1\n", "f");
  EXPECT_TRUE(conflicts_in(good).empty());
}

}  // namespace
}  // namespace kelp::config
