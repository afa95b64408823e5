// Record to message and back: what comes back is what went in, or it was refused in words.
#include "smq/mapping.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace kelp::smq {
namespace {

using record::HeaderList;
using record::NewRecord;
using record::TimestampType;

constexpr MappingRules kPlain{Mapping::plain, TimestampType::log_append_time};
constexpr MappingRules kEnvelope{Mapping::envelope, TimestampType::create_time};
constexpr MappingRules kEnvelopeAppendTime{Mapping::envelope, TimestampType::log_append_time};
constexpr int64_t kAppendedMs = 1'800'000'000'000;

bool same(const std::optional<Bytes>& a, const std::optional<Bytes>& b) {
  return a.has_value() == b.has_value() && (!a || as_text(*a) == as_text(*b));
}

void expect_same(const NewRecord& a, const NewRecord& b) {
  EXPECT_TRUE(same(a.key, b.key));
  EXPECT_TRUE(same(a.value, b.value));
  EXPECT_EQ(a.headers.size(), b.headers.size());
  EXPECT_EQ(as_text(a.headers.encoded()), as_text(b.headers.encoded()));
}

LogEntry stored(const Message& message) {
  return {.ts_ns = kAppendedMs * 1'000'000 + 17, .data = message.value, .key = message.key};
}

/// Keys, values and headers of every kind that may matter, by chance.
struct Chance {
  std::mt19937 random;
  std::string key, value;
  HeaderList headers;

  explicit Chance(uint32_t seed) : random(seed) {}
  uint32_t below(uint32_t bound) { return static_cast<uint32_t>(random()) % bound; }
  std::string text() {
    std::string text;
    if (below(3) == 0) text = "Kel\x01";
    for (uint32_t size = below(20); size > 0; --size) text.push_back(static_cast<char>(below(8)));
    return below(4) == 0 ? "" : text;
  }
  NewRecord record() {
    key = text();
    value = text();
    headers.clear();
    const std::string name = text();
    for (uint32_t count = below(3); count > 0; --count) {
      headers.add(name, below(2) == 0 ? std::nullopt : std::optional(as_bytes(value)));
    }
    NewRecord record{.timestamp_ms = static_cast<int64_t>(below(5)) - 1, .headers = headers};
    if (below(2) == 0) record.timestamp_ms = static_cast<int64_t>(random()) << below(31);
    if (below(3) != 0) record.key = as_bytes(key);
    if (below(3) != 0) record.value = as_bytes(value);
    return record;
  }
};

TEST(Mapping, an_envelope_loses_nothing) {
  std::vector<uint8_t> scratch;
  Chance chance(1);
  for (int i = 0; i < 20'000; ++i) {
    const NewRecord record = chance.record();
    for (const MappingRules rules : {kEnvelope, kEnvelopeAppendTime}) {
      const auto message = message_of(record, rules, scratch);
      ASSERT_TRUE(message.has_value());
      const NewRecord again = record_of(stored(*message), rules);
      expect_same(again, record);
      const bool keeps_time = rules.timestamp_type == TimestampType::create_time;
      EXPECT_EQ(again.timestamp_ms, keeps_time ? record.timestamp_ms : kAppendedMs);
    }
  }
}

TEST(Mapping, plain_gives_back_what_it_took_and_refuses_the_rest_in_words) {
  std::vector<uint8_t> scratch;
  Chance chance(2);
  int taken = 0;
  for (int i = 0; i < 20'000; ++i) {
    const NewRecord record = chance.record();
    const auto message = message_of(record, kPlain, scratch);
    const bool has_place =
        record.headers.empty() && record.value && (!record.key || !record.key->empty());
    ASSERT_EQ(message.has_value(), has_place);
    if (!has_place) {
      EXPECT_NE(message.error().find("kelp.smq.mapping=plain"), std::string_view::npos);
      continue;
    }
    ++taken;
    EXPECT_EQ(as_text(message->value), as_text(*record.value));
    expect_same(record_of(stored(*message), kPlain), record);
  }
  EXPECT_GT(taken, 1000);
}

TEST(Mapping, raw_is_what_native_readers_understand) {
  std::vector<uint8_t> scratch;
  const NewRecord record{.timestamp_ms = 5, .key = as_bytes("k"), .value = as_bytes("v")};
  EXPECT_EQ(as_text(message_of(record, kEnvelopeAppendTime, scratch)->value), "v");
  EXPECT_EQ(as_text(message_of(record, kPlain, scratch)->value), "v");
  // A topic that promises the producer's time has to store it; the value is then the end of it.
  EXPECT_EQ(as_text(message_of(record, kEnvelope, scratch)->value),
            std::string_view("Kel\x01\0\x0av", 7));
}

TEST(Mapping, the_bytes_of_an_envelope) {
  HeaderList headers;
  headers.add("h", as_bytes("x"));
  headers.add("n", std::nullopt);
  std::vector<uint8_t> scratch;
  const auto message = message_of({.timestamp_ms = 150, .headers = headers}, kEnvelope, scratch);
  EXPECT_EQ(message->key.size(), 0U);
  EXPECT_EQ(as_text(message->value),
            std::string_view("Kel\x01\x07\xac\x02\x04\x02h\x02x\x02n\x01", 15));
}

TEST(Mapping, a_value_that_begins_as_an_envelope_is_wrapped) {
  std::vector<uint8_t> scratch;
  const std::string value("Kel\x01\0\x02payload", 13);
  const NewRecord record{.timestamp_ms = 5, .key = as_bytes("k"), .value = as_bytes(value)};
  const auto message = message_of(record, kEnvelopeAppendTime, scratch);
  ASSERT_TRUE(message.has_value());
  EXPECT_NE(as_text(message->value), value);
  expect_same(record_of(stored(*message), kEnvelopeAppendTime), record);
}

TEST(Mapping, what_begins_as_an_envelope_and_is_none_is_shown_as_it_is) {
  const std::vector<std::string> foreign = {
      "Kel\x01",                                    // no flags
      std::string("Kel\x01\0", 5),                  // no time
      "Kel\x01\x08\x02v",                           // an unknown flag
      "Kel\x01\x02\x02v",                           // a null value with bytes
      "Kel\x01\x01\x02v",                           // a null key, beside a key
      "Kel\x01\x04\x02",                            // no headers
      std::string("Kel\x01\x04\x02\0", 7),          // a count of none
      "Kel\x01\x04\x02\x01",                        // a negative count
      "Kel\x01\x04\x02\xfe\xff\xff\xff\x0f",        // two thousand million headers
      std::string("Kel\x01\x04\x02\x02\x01\0", 9),  // a header whose name is null
      "Kel\x01\x04\x02\x02\x02h\x10x",              // a header that is cut
      std::string("Kel\x01\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 15),  // no time is so late
  };
  for (const std::string& value : foreign) {
    const LogEntry entry{.ts_ns = 7'000'000, .data = as_bytes(value), .key = as_bytes("k")};
    const NewRecord record = record_of(entry, kEnvelope);
    EXPECT_EQ(as_text(record.value.value_or(Bytes())), value);
    EXPECT_EQ(as_text(record.key.value_or(Bytes())), "k");
    EXPECT_EQ(record.timestamp_ms, 7);
    EXPECT_TRUE(record.headers.empty());
  }
}

TEST(Mapping, plain_looks_into_no_value) {
  const std::string value("Kel\x01\0\x02payload", 13);
  const NewRecord record = record_of({.ts_ns = 9'000'000, .data = as_bytes(value)}, kPlain);
  EXPECT_EQ(as_text(*record.value), value);
  EXPECT_FALSE(record.key.has_value());
  EXPECT_EQ(record.timestamp_ms, 9);
}

TEST(Mapping, native_messages_are_read_raw) {
  for (const MappingRules rules : {kPlain, kEnvelope, kEnvelopeAppendTime}) {
    const NewRecord record = record_of({.ts_ns = 9'000'000}, rules);
    EXPECT_FALSE(record.key.has_value());
    EXPECT_TRUE(record.value.has_value() && record.value->empty());
    EXPECT_EQ(record.timestamp_ms, 9);
  }
}

TEST(Mapping, names_and_settings_that_go_together) {
  EXPECT_EQ(mapping_named("plain"), Mapping::plain);
  EXPECT_EQ(mapping_named("envelope"), Mapping::envelope);
  EXPECT_EQ(mapping_named("Plain"), std::nullopt);
  EXPECT_EQ(fault_of(kPlain), nullptr);
  EXPECT_EQ(fault_of(kEnvelope), nullptr);
  EXPECT_NE(fault_of({Mapping::plain, TimestampType::create_time}), nullptr);
}

}  // namespace
}  // namespace kelp::smq
