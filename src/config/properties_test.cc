#include "config/properties.h"

#include <gtest/gtest.h>

#include <random>

namespace kelp::config {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs pairs_of(std::string_view text) {
  Pairs pairs;
  const auto entries = parse_properties(text);
  if (!entries) return {{"error", entries.error().what}};
  for (const Property& entry : *entries) pairs.emplace_back(entry.key, entry.value);
  return pairs;
}

TEST(Properties, keys_end_at_equals_colon_or_blank) {
  const Pairs kExpected = {{"a", "1"}, {"b", "2"}, {"c", "3"}, {"d", "= 4"}, {"e", ""}, {"f", ""}};
  EXPECT_EQ(pairs_of("a=1\nb : 2\n  c 3\nd == 4\ne\nf="), kExpected);
}

TEST(Properties, comments_and_empty_lines_are_passed_over) {
  const Pairs kExpected = {{"a", "1 # not a comment"}, {"b", "2"}};
  EXPECT_EQ(pairs_of("# one \\\n! two\n\n \t\f\n  # three\na=1 # not a comment\r\n\r\nb=2\r"),
            kExpected);
}

TEST(Properties, a_backslash_continues_a_line_behind_its_blanks) {
  const Pairs kExpected = {{"list", "a,b,c"}, {"key", "v"}, {"end", "x"}};
  EXPECT_EQ(pairs_of("list=a,\\\n    b,\\\r\n\tc\nke\\\n  y=v\nend=x\\"), kExpected);
}

TEST(Properties, an_escaped_backslash_continues_nothing) {
  const Pairs kExpected = {{"dir", "C:\\"}, {"b", "2"}};
  EXPECT_EQ(pairs_of("dir=C:\\\\\nb=2"), kExpected);
}

TEST(Properties, escapes_stand_for_what_they_name) {
  const Pairs kExpected = {{"a=b:c d", "\t\n\r\fx"}, {"u", "ä€😀z"}};
  EXPECT_EQ(pairs_of("a\\=b\\:c\\ d=\\t\\n\\r\\f\\x\nu=\\u00e4\\u20AC\\ud83d\\ude00\\u007a"),
            kExpected);
}

TEST(Properties, half_a_surrogate_pair_is_a_replacement_character) {
  const Pairs kExpected = {{"u", "\xef\xbf\xbdx"}, {"v", "\xef\xbf\xbd\xc3\xa4"}};
  EXPECT_EQ(pairs_of("u=\\ud83dx\nv=\\ud83d\\u00e4"), kExpected);
}

TEST(Properties, utf8_is_kept_and_a_byte_order_mark_is_not) {
  const Pairs kExpected = {{"a", "größe"}};
  EXPECT_EQ(pairs_of("\xef\xbb\xbf"
                     "a=größe"),
            kExpected);
}

TEST(Properties, blanks_before_a_value_go_and_those_behind_stay) {
  const Pairs kExpected = {{"a", "1  "}};
  EXPECT_EQ(pairs_of("a =   1  \n"), kExpected);
}

TEST(Properties, a_repeated_key_is_given_each_time) {
  const Pairs kExpected = {{"a", "1"}, {"a", "2"}};
  EXPECT_EQ(pairs_of("a=1\na=2"), kExpected);
}

TEST(Properties, a_broken_unicode_escape_is_an_error_with_its_line) {
  for (const std::string_view text :
       {"\n\na=\\u12", "\n\na=\\u12g4", "\n\na=\\u", "\r\n\ra=\\u-123"}) {
    const auto entries = parse_properties(text);
    ASSERT_FALSE(entries.has_value());
    EXPECT_EQ(entries.error().kind, ErrorKind::malformed);
    EXPECT_TRUE(entries.error().what.starts_with("line 3:")) << entries.error().what;
  }
}

TEST(Properties, entries_know_the_line_on_which_they_begin) {
  const auto entries = parse_properties("# c\na=1,\\\n 2\n\nb=3\r\nc=4");
  ASSERT_TRUE(entries.has_value());
  ASSERT_EQ(entries->size(), 3U);
  EXPECT_EQ(entries->at(0).line, 2);
  EXPECT_EQ(entries->at(1).line, 5);
  EXPECT_EQ(entries->at(2).line, 6);
}

TEST(Properties, any_bytes_end_in_entries_or_an_error) {
  std::mt19937 random(1);
  constexpr std::string_view kAlphabet = "ab=: \t\f\r\n\\u0d8#!\xff";
  for (int round = 0; round < 20000; ++round) {
    std::string text(random() % 40, ' ');
    for (char& c : text) c = kAlphabet[random() % kAlphabet.size()];
    if (const auto entries = parse_properties(text)) {
      for (const Property& entry : *entries) {
        EXPECT_GT(entry.line, 0);
        EXPECT_LE(entry.key.size() + entry.value.size(), 3 * text.size());
      }
    }
  }
}

}  // namespace
}  // namespace kelp::config
