// Every golden vector, both ways and cut short: what Kafka's own classes wrote is what we write.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "wire/golden_lines_test.h"
#include "wire/header.h"
#include "wire/json.h"
#include "wire/registry.h"

namespace kelp::wire::golden {
namespace {

// Cuts per line: all for short messages, evenly spread ones and all near the end for long ones.
constexpr size_t kMostCuts = 256;
constexpr size_t kLastCuts = 32;

void expect_no_prefix_decodes(const Line& line, const MessageOps& ops) {
  const size_t size = line.bytes.size();
  const size_t step = size / kMostCuts + 1;
  for (size_t cut = 0; cut<size; cut += size - cut> kLastCuts ? step : 1) {
    AnyMessage message(ops);
    const auto done = message.decode_exactly(line.bytes.sub(0, cut), line.version);
    ASSERT_FALSE(done) << line.where << ": decodes when cut to " << cut << " of " << size;
    ASSERT_EQ(done.error().kind, ErrorKind::malformed) << line.where;
  }
}

void expect_round_trip(const Line& line, const MessageOps& ops) {
  ASSERT_TRUE(ops.versions.has(line.version)) << line.where;
  ASSERT_EQ(ops.flexible.has(line.version), line.flexible == "1") << line.where;
  AnyMessage message(ops);
  const auto decoded = message.decode_exactly(line.bytes, line.version);
  ASSERT_TRUE(decoded) << line.where << ": " << decoded.error().text();

  const auto expected = parse_json(line.json);
  ASSERT_TRUE(expected) << line.where << ": " << expected.error().text();
  ASSERT_EQ(message.to_json(line.version), *expected) << line.where;

  const Slice encoded = message.encode(line.version).slice();
  if (line.variant == "unknown-tags") {
    ASSERT_LT(encoded.size(), line.bytes.size()) << line.where;
    AnyMessage again(ops);
    ASSERT_TRUE(again.decode_exactly(encoded, line.version)) << line.where;
    ASSERT_EQ(again.to_json(line.version), *expected) << line.where;
  } else {
    ASSERT_TRUE(encoded == line.bytes) << line.where;
  }
  ASSERT_EQ(message.size_of(line.version), encoded.size()) << line.where;

  AnyMessage from_text(ops);
  const auto read = from_text.from_json(*expected, line.version);
  ASSERT_TRUE(read) << line.where << ": " << read.error().text();
  ASSERT_TRUE(from_text.encode(line.version).slice() == encoded) << line.where;
}

size_t expect_all_round_trip(const std::filesystem::path& folder, std::string_view prefix) {
  size_t done = 0;
  for (const Line& line : lines(folder, prefix)) {
    const MessageInfo* info = find_message(line.name);
    if (!info) {
      ADD_FAILURE() << line.where << ": no message " << line.name;
      continue;
    }
    EXPECT_EQ(info->key < 0 ? "-" : std::to_string(info->key), line.key) << line.where;
    expect_round_trip(line, *info->ops);
    expect_no_prefix_decodes(line, *info->ops);
    if (testing::Test::HasFatalFailure()) return done;
    ++done;
  }
  return done;
}

// Which API version has which header version; internal APIs are asked of their own tables.
int16_t header_version(const Line& line) {
  const auto key = static_cast<int16_t>(std::stoi(line.key));
  const bool request = line.kind == "request-header";
  for (const MessageInfo& info : internal_messages())
    if (info.key == key && info.kind == MessageKind::request)
      return static_cast<int16_t>(info.ops->flexible.has(line.version) + (request ? 1 : 0));
  return request ? request_header_version(key, line.version)
                 : response_header_version(key, line.version);
}

size_t expect_headers(const std::filesystem::path& folder) {
  size_t done = 0;
  for (Line line : lines(folder, "headers-")) {
    const int16_t expected = static_cast<int16_t>(std::stoi(line.flexible));
    EXPECT_EQ(header_version(line), expected) << line.where;
    const MessageInfo* info =
        find_message(line.kind == "request-header" ? "RequestHeader" : "ResponseHeader");
    line.version = expected;
    line.flexible = info->ops->flexible.has(expected) ? "1" : "0";
    expect_round_trip(line, *info->ops);
    expect_no_prefix_decodes(line, *info->ops);
    if (testing::Test::HasFatalFailure()) return done;
    ++done;
  }
  return done;
}

TEST(Golden, messages_of_the_subset_round_trip) {
  ASSERT_FALSE(subset().empty()) << "test/golden not found: run within the repository";
  EXPECT_GT(expect_all_round_trip(subset(), "messages-"), 1000U);
}

TEST(Golden, coordinator_records_of_the_subset_round_trip) {
  ASSERT_FALSE(subset().empty());
  EXPECT_GT(expect_all_round_trip(subset(), "coordinator-records-"), 100U);
}

TEST(Golden, headers_have_Kafkas_versions) {
  ASSERT_FALSE(subset().empty());
  EXPECT_GT(expect_headers(subset()), 500U);
}

TEST(Golden, golden_full) {
  if (full().empty()) GTEST_SKIP() << "the full set does not lie beside the repository";
  EXPECT_EQ(expect_all_round_trip(full(), "messages-"), 4513U);
  EXPECT_EQ(expect_all_round_trip(full(), "coordinator-records-"), 340U);
  EXPECT_EQ(expect_headers(full()), 1208U);
}

}  // namespace
}  // namespace kelp::wire::golden
