// Builder, reader, recompression and markers: what goes in comes out.
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "record/control.h"
#include "record/reader.h"
#include "record/testing.h"
#include "record/validate.h"

namespace kelp::record {
namespace {

/// A record that owns its bytes, to compare.
struct Plain {
  int64_t offset = 0;
  int64_t timestamp_ms = -1;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;

  friend bool operator==(const Plain&, const Plain&) = default;
};

std::optional<std::string> text_of(const std::optional<Bytes>& bytes) {
  return bytes ? std::optional(std::string(as_text(*bytes))) : std::nullopt;
}
std::optional<Bytes> bytes_of(const std::optional<std::string>& text) {
  return text ? std::optional(as_bytes(*text)) : std::nullopt;
}

Result<std::vector<Plain>> read_all(BatchView batch) {
  Result<RecordReader> reader = RecordReader::open(batch);
  if (!reader) return std::unexpected(reader.error());
  std::vector<Plain> all;
  for (;;) {
    const Result<const Record*> record = reader->next();
    if (!record) return std::unexpected(record.error());
    if (*record == nullptr) return all;
    Plain& plain = all.emplace_back((*record)->offset.value(), (*record)->timestamp_ms,
                                    text_of((*record)->key), text_of((*record)->value));
    for (const Header& header : (*record)->headers) {
      plain.headers.emplace_back(header.key, text_of(header.value));
    }
  }
}

Slice build(const std::vector<Plain>& records, BatchOptions options) {
  BatchBuilder builder(options);
  HeaderList headers;
  for (const Plain& record : records) {
    headers.clear();
    for (const auto& [key, value] : record.headers) headers.add(key, bytes_of(value));
    builder.add_at(static_cast<int32_t>(record.offset - options.base_offset.value()),
                   {record.timestamp_ms, bytes_of(record.key), bytes_of(record.value), headers});
  }
  Result<Slice> batch = builder.build();
  EXPECT_TRUE(batch);
  return *batch;
}

std::vector<Plain> all_kinds() {
  const std::string every_byte = [] {
    std::string all;
    for (int i = 0; i < 256; ++i) all.push_back(static_cast<char>(i));
    return all;
  }();
  return {
      {100, 1'700'000'000'000, "k", "v", {}},
      {101, 1'699'999'999'000, std::nullopt, "earlier than the first", {}},
      {102, -1, "no time", std::nullopt, {}},
      {103, 1'700'000'000'001, "", "", {{"h", ""}, {"h", "again"}, {"", std::nullopt}}},
      {104, 0, every_byte, every_byte, {{every_byte, every_byte}}},
      {105, 1'700'000'000'002, "large", std::string(1'000'000, 'x'), {}},
      {106, 1'700'000'000'002, "after it", std::string(70'000, 'y'), {{"a", "b"}}},
  };
}

TEST(RoundTrip, records_come_out_as_they_went_in) {
  for (const Codec codec : testing::kAllCodecs) {
    const std::vector<Plain> records = all_kinds();
    const Slice batch = build(records, {.codec = codec, .base_offset = Offset(100)});
    const Result<BatchView> view = first_batch(batch);
    ASSERT_TRUE(view);
    EXPECT_TRUE(view->crc_is_right());
    EXPECT_EQ(view->max_timestamp(), 1'700'000'000'002);
    const auto got = read_all(*view);
    ASSERT_TRUE(got) << name_of(codec) << got.error().what;
    EXPECT_EQ(*got, records) << name_of(codec);
  }
}

TEST(RoundTrip, gaps_between_offsets_stay) {
  const std::vector<Plain> records = {{7, 1, "a", "b", {}}, {9, 1, "c", "d", {}}};
  const Slice batch = build(records, {.base_offset = Offset(5)});
  const BatchView view(batch);
  EXPECT_EQ(view.last_offset(), Offset(9));
  EXPECT_EQ(*read_all(view), records);
}

TEST(RoundTrip, an_empty_batch_keeps_its_place) {
  BatchBuilder builder({.codec = Codec::gzip, .base_offset = Offset(20)});
  builder.extend_to(4);
  const Slice batch = *builder.build();
  EXPECT_EQ(BatchView(batch).last_offset(), Offset(24));
  EXPECT_EQ(BatchView(batch).record_count(), 0);
  EXPECT_EQ(batch.size(), kHeaderBytes);
  EXPECT_TRUE(read_all(BatchView(batch))->empty());
}

TEST(RoundTrip, a_builder_is_empty_after_it_has_built) {
  BatchBuilder builder;
  builder.add({.timestamp_ms = 5, .value = as_bytes("first")});
  EXPECT_GT(builder.plain_bytes(), kHeaderBytes);
  ASSERT_TRUE(builder.build());
  EXPECT_EQ(builder.plain_bytes(), kHeaderBytes);
  builder.add({.timestamp_ms = 3, .value = as_bytes("second")});
  const Slice second = *builder.build();
  EXPECT_EQ(*read_all(BatchView(second)), (std::vector<Plain>{{0, 3, std::nullopt, "second", {}}}));
}

TEST(RoundTrip, a_builder_never_takes_more_than_it_says) {
  BatchBuilder builder;
  const std::string value(500, 'v');
  const NewRecord record{.timestamp_ms = 1, .value = as_bytes(value)};
  for (int i = 0; i < 100; ++i) {
    const size_t before = builder.plain_bytes();
    builder.add(record);
    EXPECT_LE(builder.plain_bytes() - before, BatchBuilder::max_record_bytes(record));
  }
}

TEST(RoundTrip, log_append_time_shows_on_every_record) {
  Slice batch = testing::batch_of(3);
  set_log_append_time(batch.patch(), 4242);
  const auto got = read_all(BatchView(batch));
  ASSERT_TRUE(got);
  for (const Plain& record : *got) EXPECT_EQ(record.timestamp_ms, 4242);
}

TEST(RoundTrip, recompression_changes_the_codec_and_nothing_else) {
  for (const Codec from : testing::kAllCodecs) {
    for (const Codec to : testing::kAllCodecs) {
      const Slice batch = build(all_kinds(), {.codec = from,
                                              .base_offset = Offset(100),
                                              .leader_epoch = Epoch(4),
                                              .producer_id = 9,
                                              .producer_epoch = 1,
                                              .base_sequence = 2147483647,
                                              .transactional = true});
      const Result<Slice> other = recompress(BatchView(batch), to);
      ASSERT_TRUE(other);
      const BatchView got(*other);
      EXPECT_EQ(got.codec(), to);
      EXPECT_EQ(*read_all(got), all_kinds());
      EXPECT_EQ(got.producer_id(), 9);
      EXPECT_EQ(got.producer_epoch(), 1);
      EXPECT_EQ(got.last_sequence(), 5);
      EXPECT_EQ(got.leader_epoch(), Epoch(4));
      EXPECT_TRUE(got.is_transactional());
      EXPECT_EQ(got.max_timestamp(), BatchView(batch).max_timestamp());
      EXPECT_TRUE(got.crc_is_right());
    }
  }
}

TEST(RoundTrip, recompression_keeps_the_time_of_the_append) {
  Slice batch = testing::batch_of(3, {.codec = Codec::gzip});
  set_log_append_time(batch.patch(), 4242);
  const Slice other = *recompress(BatchView(batch), Codec::zstd, 1);
  EXPECT_EQ(BatchView(other).timestamp_type(), TimestampType::log_append_time);
  EXPECT_EQ(BatchView(other).max_timestamp(), 4242);
}

TEST(RoundTrip, random_batches) {
  std::mt19937 random(11);
  const auto text = [&](size_t most) {
    std::string out(random() % most, '\0');
    for (char& c : out) c = static_cast<char>(random() % 7);
    return out;
  };
  const auto maybe = [&](size_t most) {
    return random() % 4 == 0 ? std::nullopt : std::optional(text(most));
  };
  for (int round = 0; round < 200; ++round) {
    const Codec codec = testing::kAllCodecs[round % 5];
    std::vector<Plain> records;
    const size_t count = 1 + random() % 60;
    for (size_t i = 0; i < count; ++i) {
      Plain& record = records.emplace_back(static_cast<int64_t>(i));
      record.timestamp_ms = static_cast<int64_t>(random()) * (random() % 2 == 0 ? 1 : 4096);
      record.key = maybe(100);
      record.value = maybe(i % 20 == 0 ? 100'000 : 300);
      for (size_t h = random() % 3; h > 0; --h) record.headers.emplace_back(text(9), maybe(50));
    }
    const Slice batch = build(records, {.codec = codec});
    EXPECT_EQ(*read_all(BatchView(batch)), records);
    const auto validated =
        validate_produced(batch, {.max_message_bytes = 1 << 30,
                                  .timestamp_after_max_ms = std::numeric_limits<int64_t>::max()});
    ASSERT_TRUE(validated) << validated.error().message;
    EXPECT_EQ(validated->max_timestamp_ms, BatchView(batch).max_timestamp());
    EXPECT_EQ(records[static_cast<size_t>(validated->max_timestamp_delta)].timestamp_ms,
              validated->max_timestamp_ms);
  }
}

TEST(Control, markers_round_trip) {
  for (const ControlType type : {ControlType::abort, ControlType::commit}) {
    const Slice bytes = end_txn_marker({type, 12}, 77, 3, 1000);
    const BatchView batch(bytes);
    EXPECT_TRUE(batch.is_control());
    EXPECT_TRUE(batch.is_transactional());
    EXPECT_EQ(batch.producer_id(), 77);
    EXPECT_EQ(batch.producer_epoch(), 3);
    EXPECT_EQ(batch.base_sequence(), -1);
    EXPECT_EQ(batch.max_timestamp(), 1000);
    const Result<EndTxnMarker> marker = read_end_txn_marker(batch);
    ASSERT_TRUE(marker);
    EXPECT_EQ(marker->type, type);
    EXPECT_EQ(marker->coordinator_epoch, 12);
    EXPECT_EQ(*control_type(batch), type);
  }
}

TEST(Control, refuses_what_is_no_marker) {
  EXPECT_FALSE(read_end_txn_marker(BatchView(testing::batch_of(1))));
  EXPECT_FALSE(control_type(BatchView(testing::batch_of(1))));
  const auto control = [](std::string_view key, std::optional<std::string_view> value) {
    BatchBuilder builder({.control = true});
    builder.add(
        {.key = as_bytes(key), .value = value ? std::optional(as_bytes(*value)) : std::nullopt});
    return *builder.build();
  };
  using namespace std::string_view_literals;
  const auto reads = [&](std::string_view key, std::optional<std::string_view> value) {
    return read_end_txn_marker(BatchView(control(key, value))).has_value();
  };
  EXPECT_TRUE(reads("\0\0\0\1"sv, "\0\0\0\0\0\5"sv));
  EXPECT_TRUE(reads("\0\0\0\1"sv, "\0\1\0\0\0\5more"sv));
  EXPECT_FALSE(reads("\0\0\0"sv, "\0\0\0\0\0\5"sv));
  EXPECT_FALSE(reads("\0\0\0\2"sv, "\0\0\0\0\0\5"sv));
  EXPECT_FALSE(reads("\0\0\0\1"sv, "\0\0\0\0\0"sv));
  EXPECT_FALSE(reads("\0\0\0\1"sv, std::nullopt));
  EXPECT_FALSE(control_type(BatchView(testing::batch_of(0, {.control = true}))));
}

}  // namespace
}  // namespace kelp::record
