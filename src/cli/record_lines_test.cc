// Records as lines, in and out: what is written is read again.
#include <gtest/gtest.h>

#include "cli/place_in_log.h"
#include "cli/record_input.h"
#include "cli/record_output.h"
#include "cli/time_text.h"

namespace kelp::cli {
namespace {

const client::TopicPartition kAt{"t", 2};

client::FetchedRecord record_of(std::optional<std::string_view> key,
                                std::optional<std::string_view> value,
                                const record::Headers& headers = {}) {
  client::FetchedRecord record;
  record.offset = 17;
  record.timestamp_ms = 1'700'000'000'123;
  if (key.has_value()) record.key = as_bytes(*key);
  if (value.has_value()) record.value = as_bytes(*value);
  record.headers = headers;
  return record;
}

std::string line_of(const RecordOutput& output, const client::FetchedRecord& record) {
  std::string line;
  output.append(line, kAt, record);
  return line;
}

std::string text_of(const client::FetchedRecord& record, RecordOutput::Columns columns = {},
                    bool hex = false) {
  return line_of(RecordOutput::text(std::move(columns), "null", hex), record);
}

TEST(JsonRecord, says_everything) {
  const record::HeaderList headers{{"a", as_bytes("1")}, {"a", std::nullopt}};
  EXPECT_EQ(line_of(RecordOutput::json(), record_of("k", "v", headers)),
            R"({"topic":"t","partition":2,"offset":17,"timestamp":1700000000123,)"
            R"("timestamp_type":"CreateTime",)"
            R"("headers":[{"key":"a","value":"1"},{"key":"a","value":null}],)"
            R"("key":"k","value":"v"})"
            "\n");
}

TEST(JsonRecord, comes_back_as_it_was) {
  std::string all_bytes;
  for (int i = 0; i < 256; ++i) all_bytes += static_cast<char>(i);
  const std::optional<std::string_view> contents[] = {std::nullopt,
                                                      "",
                                                      "text",
                                                      "gr\xc3\xbc\xc3\x9f\n\t\"\\\x1b\x7f",
                                                      std::string_view("\0", 1),
                                                      all_bytes,
                                                      "\xed\xa0\x80"};
  for (const auto& key : contents) {
    for (const auto& value : contents) {
      std::optional<Bytes> header;
      if (value.has_value()) header = as_bytes(*value);
      const record::HeaderList headers{{"h", header}, {all_bytes, std::nullopt}, {"h", header}};
      const std::string line = line_of(RecordOutput::json(), record_of(key, value, headers));
      EXPECT_EQ(line.find_first_of("\x1b\x7f"), line.npos);
      const auto read = parse_json_record(line);
      ASSERT_TRUE(read.has_value()) << read.error().what << line;
      EXPECT_EQ(read->key, key);
      EXPECT_EQ(read->value, value);
      EXPECT_EQ(read->timestamp_ms, 1'700'000'000'123);
      EXPECT_EQ(read->partition, 2);
      const record::Headers back = read->headers;
      EXPECT_EQ(as_text(back.encoded()), as_text(record::Headers(headers).encoded()));
    }
  }
}

TEST(JsonRecord, needs_a_value_and_nothing_else) {
  const auto read = parse_json_record(R"({"value": null})");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->value, std::nullopt);
  EXPECT_EQ(read->key, std::nullopt);
  EXPECT_EQ(read->timestamp_ms, std::nullopt);
  EXPECT_EQ(read->partition, std::nullopt);
}

TEST(JsonRecord, is_refused_with_words) {
  const std::pair<const char*, const char*> wrong[] = {
      {"", "it is no JSON: incomplete JSON"},
      {"[]", "it is no JSON object"},
      {"{}", "there is no value; write null for none"},
      {R"({"vlaue":"x"})", "'vlaue' is no field of a record"},
      {R"({"offset_base64":"","value":"x"})", "'offset_base64' is no field of a record"},
      {R"({"value":1})", "value is neither a string nor null"},
      {R"({"value":"a","value_base64":"YQ=="})", "both value and value_base64"},
      {R"({"value_base64":"YQ="})", "value_base64 is no base64"},
      {R"({"value":"","partition":2147483648})", "partition is no whole number that fits"},
      {R"({"value":"","partition":1.5})", "partition is no whole number that fits"},
      {R"({"value":"","timestamp":"now"})", "timestamp is no whole number that fits"},
      {R"({"value":"","headers":{}})", "headers is no array"},
      {R"({"value":"","headers":[1]})", "a header is no object"},
      {R"({"value":"","headers":[{"value":""}]})", "a header without a key"},
  };
  for (const auto& [line, words] : wrong) {
    const auto read = parse_json_record(line);
    ASSERT_FALSE(read.has_value()) << line;
    EXPECT_EQ(read.error().what, words) << line;
    EXPECT_EQ(read.error().kind, ErrorKind::invalid);
  }
}

TEST(TextRecord, is_the_value_alone_unless_more_is_asked_for) {
  const record::HeaderList headers{{"a", as_bytes("1")}, {"b", std::nullopt}};
  EXPECT_EQ(text_of(record_of("k", "v\x1b", headers)), "v\x1b\n");
  EXPECT_EQ(text_of(record_of(std::nullopt, std::nullopt)), "null\n");
  EXPECT_EQ(text_of(record_of("k", "v", headers), {true, true, true, "="}),
            "2023-11-14T22:13:20.123Z\tt:2:17\ta=1,b\tk=v\n");
  EXPECT_EQ(text_of(record_of("k\xff", "", headers), {.key_separator = " "}, true), "6bff \n");
}

TEST(TextRecord, is_harmless_on_a_terminal) {
  auto output = RecordOutput::text({}, "null", false);
  output.for_terminal();
  EXPECT_EQ(line_of(output, record_of("k", "a\x1b[2J\nb")), "a\\x1b[2J\\nb\n");
}

TEST(TextRecord, is_read_with_key_null_and_hex) {
  const auto read = [](std::string_view line, const TextInput& input) -> std::string {
    const auto record = parse_text_record(line, input);
    if (!record.has_value()) return record.error().what;
    return record->key.value_or("(null)") + '|' + record->value.value_or("(null)");
  };
  EXPECT_EQ(read("a:b", {}), "(null)|a:b");
  EXPECT_EQ(read("", {}), "(null)|");
  EXPECT_EQ(read("a:b:c", {.key_separator = ":"}), "a|b:c");
  EXPECT_EQ(read("a->b", {.key_separator = "->"}), "a|b");
  EXPECT_EQ(read("ab", {.key_separator = ":"}), "there is no key separator in it");
  EXPECT_EQ(read("NULL:", {.key_separator = ":", .null_text = "NULL"}), "(null)|");
  EXPECT_EQ(read(":NULL", {.key_separator = ":", .null_text = "NULL"}), "|(null)");
  EXPECT_EQ(read("6B 76", {.hex = true, .key_separator = " "}), "k|v");
  EXPECT_EQ(read("6", {.hex = true}), "an odd number of hex digits");
  EXPECT_EQ(read("6x", {.hex = true}), "characters that are no hex digits");
}

TEST(Template, prints_what_it_names) {
  const auto format = RecordOutput::by_template(R"(%t/%p@%o %T %k(%K)=%s(%S) %h%%\t\x41\\)", "-");
  ASSERT_TRUE(format.has_value()) << format.error().what;
  const record::HeaderList headers{{"a", as_bytes("1")}};
  EXPECT_EQ(line_of(*format, record_of(std::nullopt, "v", headers)),
            "t/2@17 1700000000123 -(-1)=v(1) a=1%\tA\\");
  for (const char* wrong : {"%", "%x", "\\", "\\q", "\\x4", "\\xgg"}) {
    EXPECT_FALSE(RecordOutput::by_template(wrong, "").has_value()) << wrong;
  }
}

TEST(PlaceInLog, is_what_people_write) {
  constexpr int64_t kNow = 1'700'000'000'000;
  using Kind = PlaceInLog::Kind;
  const std::tuple<const char*, Kind, int64_t> right[] = {
      {"beginning", Kind::beginning, 0},
      {"end", Kind::end, 0},
      {"0", Kind::offset, 0},
      {"1200", Kind::offset, 1200},
      {"-10", Kind::before_end, 10},
      {"@1234", Kind::time, 1234},
      {"2023-11-14T22:13:20", Kind::time, kNow},
      {"PT1M", Kind::time, kNow - 60'000},
  };
  for (const auto& [text, kind, value] : right) {
    const auto place = parse_place(text, kNow);
    ASSERT_TRUE(place.has_value()) << text;
    EXPECT_EQ(place->kind, kind) << text;
    EXPECT_EQ(place->value, value) << text;
  }
  for (const char* wrong : {"", "start", "--1", "-", "@", "1.5", "12x", "P", "2023-13-01",
                            "9223372036854775808", "1969-12-31"}) {
    EXPECT_FALSE(parse_place(wrong, kNow).has_value()) << wrong;
  }
}

TEST(PlaceInLog, outside_of_a_partition_is_its_nearest_end) {
  using Kind = PlaceInLog::Kind;
  const LogBounds bounds{5, 20, 9};
  EXPECT_EQ(offset_of({Kind::beginning, 0}, bounds), 5);
  EXPECT_EQ(offset_of({Kind::end, 0}, bounds), 20);
  EXPECT_EQ(offset_of({Kind::offset, 7}, bounds), 7);
  EXPECT_EQ(offset_of({Kind::offset, 1}, bounds), 5);
  EXPECT_EQ(offset_of({Kind::offset, 99}, bounds), 20);
  EXPECT_EQ(offset_of({Kind::before_end, 3}, bounds), 17);
  EXPECT_EQ(offset_of({Kind::before_end, 99}, bounds), 5);
  EXPECT_EQ(offset_of({Kind::time, 1}, bounds), 9);
  EXPECT_EQ(offset_of({Kind::time, 1}, {5, 20, std::nullopt}), 20);
}

TEST(DatetimeText, is_what_parse_datetime_reads) {
  for (const int64_t time : {int64_t{0}, int64_t{1'700'000'000'123}, int64_t{-1}}) {
    EXPECT_EQ(parse_datetime(datetime_text(time)), time);
  }
  EXPECT_EQ(datetime_text(INT64_MAX), "9223372036854775807");
  EXPECT_EQ(datetime_text(INT64_MIN), "-9223372036854775808");
}

}  // namespace
}  // namespace kelp::cli
