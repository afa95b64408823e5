// What a person writes, and what is printed for one.
#include <gtest/gtest.h>

#include "cli/offsets_csv.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/time_text.h"
#include "cli/topic_spec.h"

namespace kelp::cli {
namespace {

TEST(Terminal, escapes_what_a_terminal_obeys_or_reorders) {
  EXPECT_EQ(for_terminal("plain ü 漢"), "plain ü 漢");
  EXPECT_EQ(for_terminal("\x1b[31m\a\n\t\\"), "\\x1b[31m\\x07\\n\\t\\\\");
  EXPECT_EQ(for_terminal("\x7f|\xc2\x9b|\xe2\x80\xae|\xf0\x9f\x98\x80"),
            "\\x7f|\\u009b|\\u202e|\xf0\x9f\x98\x80");
  EXPECT_EQ(for_terminal("a\xff\xc3"), "a\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(Terminal, escapes_in_json_as_json_does) {
  EXPECT_EQ(json_for_terminal("[\"a\\u001b\x7f\xc2\x9b\xe2\x80\xaeü\"]"),
            "[\"a\\u001b\\u007f\\u009b\\u202eü\"]");
}

TEST(Table, aligns_columns_by_characters_and_shows_nothing_as_a_dash) {
  Table table({"A", "LONG-HEAD", "C"});
  EXPECT_TRUE(table.empty());
  table.add({"äöü", "", "x"});
  table.add({"b\n", "1", ""});
  EXPECT_FALSE(table.empty());
  EXPECT_EQ(table.text(),
            "A    LONG-HEAD  C\n"
            "äöü  -          x\n"
            "b\\n  1          -\n");
}

TEST(Datetime, is_milliseconds_since_1970_in_utc_or_with_a_zone) {
  EXPECT_EQ(parse_datetime("1970-01-01"), 0);
  EXPECT_EQ(parse_datetime("2026-11-24T05:10"), 1'795'497'000'000);
  EXPECT_EQ(parse_datetime("2026-11-24T05:10:30.25"), 1'795'497'030'250);
  EXPECT_EQ(parse_datetime("2026-11-24T05:10:30.123456Z"), 1'795'497'030'123);
  EXPECT_EQ(parse_datetime("2026-11-24T07:10:30.250+02:00"), 1'795'497'030'250);
  EXPECT_EQ(parse_datetime("2026-11-23T23:40:30.250-0530"), 1'795'497'030'250);
  EXPECT_EQ(parse_datetime("2024-02-29T00:00:00+01"), 1'709'161'200'000);
}

TEST(Datetime, refuses_what_is_in_no_calendar_or_goes_on) {
  for (const char* wrong :
       {"", "now", "2026", "2026-13-01", "2026-02-29", "2026-11-24T", "2026-11-24T05",
        "2026-11-24T24:00", "2026-11-24T05:60", "2026-11-24T05:10:60", "2026-11-24T05:10:30.",
        "2026-11-24T05:10:30.1234567890", "2026-11-24T05:10 ", "2026-11-24T05:10+2",
        "2026-11-24T05:10+02:", "2026-11-24T05:10+99:00", "26-11-24"}) {
    EXPECT_FALSE(parse_datetime(wrong).has_value()) << wrong;
  }
}

TEST(Duration, adds_its_parts) {
  EXPECT_EQ(parse_duration("PT0S"), 0);
  EXPECT_EQ(parse_duration("PT15M"), 900'000);
  EXPECT_EQ(parse_duration("P1D"), 86'400'000);
  EXPECT_EQ(parse_duration("P2W"), 1'209'600'000);
  EXPECT_EQ(parse_duration("P1DT2H3M4.5S"), 93'784'500);
  EXPECT_EQ(parse_duration("PT0.0015S"), 1);
}

TEST(Duration, refuses_other_orders_units_and_empty_ones) {
  for (const char* wrong : {"", "P", "PT", "P1DT", "15M", "P15M", "PT1D", "PT1M1H", "PT1M1M", "PT1",
                            "PT1.5M", "PT-1M", "PT1Mx", "PT12345678901S", "PT1.S", "P1D1"}) {
    EXPECT_FALSE(parse_duration(wrong).has_value()) << wrong;
  }
}

TEST(TopicSpec, names_a_topic_or_some_partitions_of_it) {
  const auto whole = parse_topic_spec("orders.eu-1");
  ASSERT_TRUE(whole.has_value());
  EXPECT_EQ(whole->topic, "orders.eu-1");
  EXPECT_TRUE(whole->partitions.empty());
  const auto some = parse_topic_spec("orders:3,0,3");
  ASSERT_TRUE(some.has_value());
  EXPECT_EQ(some->topic, "orders");
  EXPECT_EQ(some->partitions, (std::set<int32_t>{0, 3}));
  for (const char* wrong :
       {"", ":1", "a:", "a:,", "a:1,", "a:-1", "a:x", "a:1:2", "a:2147483648"}) {
    EXPECT_FALSE(parse_topic_spec(wrong).has_value()) << wrong;
  }
}

TEST(OffsetsCsv, reads_what_it_writes_and_what_kafka_writes_of_several_groups) {
  const std::map<client::TopicPartition, int64_t> offsets{{{"a", 0}, 5}, {{"b", 12}, 0}};
  EXPECT_EQ(offsets_csv(offsets), "a,0,5\nb,12,0\n");
  EXPECT_EQ(parse_offsets_csv(offsets_csv(offsets), "g"), offsets);
  EXPECT_EQ(parse_offsets_csv("\"g\",a,0,5\r\n\nother,a,0,9\r\ng,\"b\",12,0", "g"), offsets);
  EXPECT_EQ(parse_offsets_csv("\"g\"\"1,2\",a,0,5\n\"g\"\"1,2\",b,12,0\n", "g\"1,2"), offsets);
}

TEST(OffsetsCsv, names_the_line_that_is_wrong) {
  EXPECT_EQ(parse_offsets_csv("a,0,5\na,x,5\n", "g").error().what,
            "line 2: 'x' is no number of a partition");
  EXPECT_EQ(parse_offsets_csv("a,0,-5", "g").error().what, "line 1: '-5' is no offset");
  EXPECT_EQ(parse_offsets_csv("a,0", "g").error().what, "line 1: not topic,partition,offset");
  EXPECT_EQ(parse_offsets_csv("\"a,0,1", "g").error().what, "line 1: a quote does not end");
  EXPECT_EQ(parse_offsets_csv("other,a,0,5\n", "g").error().what, "no line is about group 'g'");
}

}  // namespace
}  // namespace kelp::cli
