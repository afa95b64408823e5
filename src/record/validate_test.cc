#include "record/validate.h"

#include <gtest/gtest.h>

#include "record/compression.h"
#include "record/testing.h"

namespace kelp::record {
namespace {

using testing::batch_of;
using testing::changed;
using testing::joined;
using testing::with_payload;

/// The code of the refusal; none if it was accepted.
ErrorCode code_of(const Slice& records, const ProduceRules& rules = {}) {
  const auto result = validate_produced(records, rules);
  return result ? ErrorCode::none : result.error().code;
}

template <class T>
Slice with(size_t at, T value, const Slice& batch = batch_of(3)) {
  return changed(batch, [&](uint8_t* bytes) { store_big<T>(bytes + at, value); });
}

TEST(Validate, accepts_a_batch_of_every_codec) {
  for (const Codec codec : testing::kAllCodecs) {
    const auto result = validate_produced(batch_of(3, {.codec = codec}), {});
    ASSERT_TRUE(result) << name_of(codec) << result.error().message;
    EXPECT_EQ(result->record_count, 3);
    EXPECT_EQ(result->max_timestamp_ms, 1002);
    EXPECT_EQ(result->max_timestamp_delta, 2);
    EXPECT_TRUE(result->has_dense_offsets);
  }
}

TEST(Validate, refuses_what_is_not_one_whole_batch) {
  const Slice batch = batch_of(3);
  EXPECT_EQ(code_of(Slice()), ErrorCode::invalid_record);
  EXPECT_EQ(code_of(batch_of(0)), ErrorCode::invalid_record);
  EXPECT_EQ(code_of(joined({batch, batch})), ErrorCode::invalid_record);
  for (size_t size = 0; size < batch.size(); ++size) {
    EXPECT_EQ(code_of(Slice::copy_of(batch.bytes().first(size))), ErrorCode::invalid_record);
  }
}

TEST(Validate, ignores_bytes_behind_the_batch_that_are_no_batch) {
  const Slice batch = batch_of(3);
  for (const size_t stray : {1U, 11U, 12U, 16U, 60U}) {
    const auto result = validate_produced(joined({batch, batch.sub(0, stray)}), {});
    ASSERT_TRUE(result) << stray;
    EXPECT_EQ(result->batch, batch);
  }
  EXPECT_EQ(code_of(joined({batch, Slice::copy_of(std::string(30, '\0'))})),
            ErrorCode::corrupt_message);
}

TEST(Validate, refuses_a_wrong_crc) {
  Slice batch = batch_of(3);
  batch.patch()[at::kCrc] ^= 1;
  EXPECT_EQ(code_of(batch), ErrorCode::corrupt_message);
}

TEST(Validate, tells_old_magic_from_unknown_magic) {
  EXPECT_EQ(code_of(with<int8_t>(at::kMagic, 0)), ErrorCode::invalid_record);
  EXPECT_EQ(code_of(with<int8_t>(at::kMagic, 1)), ErrorCode::invalid_record);
  const auto result = validate_produced(with<int8_t>(at::kMagic, 3), {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::corrupt_message);
  EXPECT_EQ(result.error().message, "Invalid magic found in record: 3");
  EXPECT_EQ(code_of(with<int8_t>(at::kMagic, -1)), ErrorCode::corrupt_message);
}

TEST(Validate, refuses_lengths_below_a_header) {
  for (const int32_t length : {-2147483647, -1, 0, 13, 14, 48}) {
    Slice batch = batch_of(3);
    store_big<int32_t>(batch.patch() + at::kLength, length);
    EXPECT_EQ(code_of(batch), ErrorCode::corrupt_message) << length;
  }
}

TEST(Validate, refuses_headers_that_disagree_with_the_records) {
  EXPECT_EQ(code_of(with<int32_t>(at::kRecordCount, 2)), ErrorCode::invalid_record);
  EXPECT_EQ(code_of(with<int32_t>(at::kRecordCount, -3)), ErrorCode::invalid_record);
  EXPECT_EQ(code_of(with<int32_t>(at::kLastOffsetDelta, 3)), ErrorCode::invalid_record);
  EXPECT_EQ(code_of(with<int32_t>(at::kLastOffsetDelta, -1)), ErrorCode::invalid_record);
  EXPECT_EQ(code_of(with<int64_t>(at::kBaseOffset, 1)), ErrorCode::invalid_record);
  EXPECT_EQ(code_of(with<int64_t>(at::kBaseOffset, -1)), ErrorCode::invalid_record);
  for (const Codec codec : testing::kAllCodecs) {
    const Slice batch = batch_of(3, {.codec = codec});
    for (const int32_t count : {1, 2, 4, 2147483647}) {
      EXPECT_EQ(code_of(with_payload(batch, BatchView(batch).payload(), count)),
                ErrorCode::invalid_record)
          << name_of(codec) << count;
    }
  }
}

TEST(Validate, refuses_damage_inside_of_records) {
  // length | attributes | timestamp delta | offset delta | key | value | headers; zigzag: 1 is -1.
  const auto code = [](std::vector<uint8_t> payload) {
    return code_of(with_payload(batch_of(1), payload, 1));
  };
  EXPECT_EQ(code({12, 0, 0, 0, 1, 1, 0}), ErrorCode::none);
  EXPECT_EQ(code({12, 5, 0, 0, 1, 1, 0}), ErrorCode::none);  // attributes mean nothing
  EXPECT_EQ(code({18, 0, 0, 0, 1, 1, 2, 2, 'h', 1}), ErrorCode::none);
  const std::vector<std::vector<uint8_t>> bad = {
      {},
      {12},
      {12, 0, 0, 0, 1, 1},
      {12, 0, 0, 0, 1, 1, 0, 0},     // a byte behind the record
      {10, 0, 0, 0, 1, 1, 0},        // length too small
      {14, 0, 0, 0, 1, 1, 0, 0},     // length too large
      {11, 0, 0, 0, 1, 1, 0},        // negative length
      {12, 0, 0, 0, 3, 1, 0},        // key length -2
      {12, 0, 0, 0, 1, 3, 0},        // value length -2
      {12, 0, 0, 0, 2, 1, 0},        // the key takes the value's length
      {12, 0, 0, 0, 1, 20, 0},       // value beyond the record
      {12, 0, 0, 0, 1, 1, 1},        // -1 headers
      {12, 0, 0, 0, 1, 1, 2},        // a header that is not there
      {16, 0, 0, 0, 1, 1, 2, 1, 1},  // a null header key
      {16, 0, 0, 0, 1, 1, 2, 3, 1},  // a header key of length -2
      {26, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 1, 1, 0},
      {0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 1, 1, 0},
  };
  for (const auto& payload : bad) EXPECT_EQ(code(payload), ErrorCode::invalid_record);
}

TEST(Validate, refuses_control_batches_of_clients) {
  const Slice batch = batch_of(1, {.producer_id = 1, .base_sequence = 0, .control = true});
  EXPECT_EQ(code_of(batch), ErrorCode::invalid_record);
  EXPECT_EQ(code_of(batch, {.control_allowed = true}), ErrorCode::none);
}

TEST(Validate, refuses_producers_that_do_not_count) {
  EXPECT_EQ(code_of(batch_of(1, {.producer_id = 1, .producer_epoch = 0, .base_sequence = -1})),
            ErrorCode::invalid_record);
  EXPECT_EQ(code_of(batch_of(1, {.producer_id = 1, .producer_epoch = 0, .base_sequence = 0})),
            ErrorCode::none);
  EXPECT_EQ(code_of(batch_of(1, {.transactional = true})), ErrorCode::invalid_record);
}

TEST(Validate, refuses_codecs_that_it_cannot_read) {
  for (const int16_t id : {5, 6, 7}) {
    EXPECT_EQ(code_of(with<int16_t>(at::kAttributes, id)), ErrorCode::invalid_record);
  }
  for (const Codec codec : testing::kCompressing) {
    EXPECT_EQ(code_of(with<int16_t>(at::kAttributes, static_cast<int16_t>(codec))),
              ErrorCode::invalid_record);
    EXPECT_EQ(code_of(with_payload(batch_of(1, {.codec = codec}), {}, 1)),
              ErrorCode::invalid_record);
  }
}

TEST(Validate, zstd_needs_produce_version_7) {
  const Slice batch = batch_of(3, {.codec = Codec::zstd});
  EXPECT_EQ(code_of(batch, {.api_version = 6}), ErrorCode::unsupported_compression_type);
  EXPECT_EQ(code_of(batch, {.api_version = 7}), ErrorCode::none);
  EXPECT_EQ(code_of(batch_of(3, {.codec = Codec::lz4}), {.api_version = 3}), ErrorCode::none);
}

TEST(Validate, counts_the_whole_batch_against_max_message_bytes) {
  const Slice batch = batch_of(3);
  const auto size = static_cast<int32_t>(batch.size());
  EXPECT_EQ(code_of(batch, {.max_message_bytes = size}), ErrorCode::none);
  EXPECT_EQ(code_of(batch, {.max_message_bytes = size - 1}), ErrorCode::message_too_large);
  EXPECT_EQ(code_of(batch, {.max_message_bytes = 0}), ErrorCode::message_too_large);
}

Slice keys_at(std::vector<bool> has_key, Codec codec) {
  BatchBuilder builder({.codec = codec});
  for (const bool key : has_key) {
    builder.add({.key = key ? std::optional(as_bytes("k")) : std::nullopt});
  }
  return *builder.build();
}

TEST(Validate, a_compacted_topic_needs_keys) {
  const ProduceRules rules{.compacted = true, .topic_partition = "comp-0"};
  for (const Codec codec : testing::kAllCodecs) {
    EXPECT_EQ(code_of(keys_at({true, true}, codec), rules), ErrorCode::none);
    EXPECT_EQ(code_of(keys_at({false}, codec)), ErrorCode::none);
    const auto result = validate_produced(keys_at({true, false, true, false}, codec), rules);
    ASSERT_FALSE(result);
    const BatchFault& fault = result.error();
    EXPECT_EQ(fault.code, ErrorCode::invalid_record);
    ASSERT_EQ(fault.records.size(), 2U);
    EXPECT_EQ(fault.records[0].batch_index, 1);
    EXPECT_EQ(fault.records[1].batch_index, 3);
    EXPECT_EQ(fault.records[0].message,
              "Compacted topic cannot accept message without key in topic partition comp-0");
    EXPECT_TRUE(fault.message.starts_with(
        "One or more records have been rejected due to 2 record errors in total, and only "
        "showing the first three errors at most: ["))
        << fault.message;
  }
}

TEST(Validate, answers_a_bounded_number_of_record_errors) {
  const auto result = validate_produced(keys_at(std::vector<bool>(5000), Codec::none),
                                        {.compacted = true, .topic_partition = "c-0"});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().records.size(), kMaxRecordFaults);
  EXPECT_NE(result.error().message.find("5000 record errors"), std::string::npos);
}

TEST(Validate, refuses_timestamps_out_of_range) {
  const ProduceRules rules{
      .now_ms = 1001, .timestamp_before_max_ms = 10, .timestamp_after_max_ms = 0};
  const auto result = validate_produced(batch_of(3), rules);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::invalid_timestamp);
  ASSERT_EQ(result.error().records.size(), 1U);
  EXPECT_EQ(result.error().records[0].batch_index, 2);
  EXPECT_EQ(result.error().records[0].message,
            "Timestamp 1002 of message with offset 2 is out of range. The timestamp should be "
            "within [991, 1001]");
  ProduceRules late = rules;
  late.now_ms = 1011;
  EXPECT_EQ(code_of(batch_of(2), late), ErrorCode::invalid_timestamp);
  late.timestamp_type = TimestampType::log_append_time;
  EXPECT_EQ(code_of(batch_of(2), late), ErrorCode::none);
}

Slice timestamps(std::vector<int64_t> times, TimestampType type = TimestampType::create_time) {
  BatchBuilder builder({.timestamp_type = type});
  for (const int64_t time : times) builder.add({.timestamp_ms = time});
  return *builder.build();
}

TEST(Validate, accepts_no_timestamp_and_those_before_1970) {
  const ProduceRules rules{.now_ms = 1'700'000'000'000};
  EXPECT_EQ(code_of(timestamps({-1, 0, -5}), rules), ErrorCode::none);
  ProduceRules strict = rules;
  strict.timestamp_before_max_ms = 1000;
  EXPECT_EQ(code_of(timestamps({-1}), strict), ErrorCode::none);
  EXPECT_EQ(code_of(timestamps({0}), strict), ErrorCode::invalid_timestamp);
}

TEST(Validate, extreme_timestamps_do_not_wrap_into_range) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  const ProduceRules rules{.now_ms = 1'700'000'000'000};
  EXPECT_EQ(code_of(timestamps({kMax}), rules), ErrorCode::invalid_timestamp);
  EXPECT_EQ(code_of(timestamps({kMin}), rules), ErrorCode::invalid_timestamp);
  EXPECT_EQ(code_of(timestamps({kMin, kMax}), rules), ErrorCode::invalid_timestamp);
}

TEST(Validate, finds_the_first_record_with_the_largest_timestamp) {
  const auto result = validate_produced(timestamps({5, 9, 3, 9}), {});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->max_timestamp_ms, 9);
  EXPECT_EQ(result->max_timestamp_delta, 1);
  const auto none = validate_produced(timestamps({-1, -1}), {});
  ASSERT_TRUE(none);
  EXPECT_EQ(none->max_timestamp_ms, -1);
}

TEST(Validate, a_wrong_maximum_and_a_clients_log_append_time_are_mended) {
  const Slice wrong = changed(timestamps({5, 9}, TimestampType::log_append_time),
                              [](uint8_t* b) { store_big<int64_t>(b + at::kMaxTimestamp, 77); });
  const ProduceRules rules;
  auto result = validate_produced(wrong, rules);
  ASSERT_TRUE(result);
  settle_timestamps(*result, rules);
  EXPECT_EQ(result->view().max_timestamp(), 9);
  EXPECT_EQ(result->view().timestamp_type(), TimestampType::create_time);
  EXPECT_TRUE(result->view().crc_is_right());
}

TEST(Validate, log_append_time_is_the_brokers_now) {
  const ProduceRules rules{.now_ms = 55, .timestamp_type = TimestampType::log_append_time};
  auto result = validate_produced(timestamps({5, 9}), rules);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->max_timestamp_ms, 55);
  EXPECT_EQ(result->max_timestamp_delta, 0);
  settle_timestamps(*result, rules);
  EXPECT_EQ(result->view().max_timestamp(), 55);
  EXPECT_EQ(result->view().timestamp_type(), TimestampType::log_append_time);
  EXPECT_TRUE(result->view().crc_is_right());
}

TEST(Validate, accepts_wrong_offset_deltas_and_says_so) {
  const std::vector<uint8_t> payload{12, 0, 0, 0, 1, 1, 0, 12, 0, 0, 0, 1, 1, 0};
  const auto result = validate_produced(with_payload(batch_of(1), payload, 2), {});
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->has_dense_offsets);
  const auto mended = recompress(result->view(), Codec::none);
  ASSERT_TRUE(mended);
  const auto again = validate_produced(*mended, {});
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->has_dense_offsets);
}

constexpr ProduceRules kUnopened{.now_ms = 5000, .open_compressed = false};

bool is_opened(const Slice& batch, const ProduceRules& rules = kUnopened) {
  const auto result = validate_produced(batch, rules);
  EXPECT_TRUE(result) << result.error().message;
  return result->opened;
}

TEST(Validate, a_sound_header_and_sound_frames_are_enough_if_the_rules_say_so) {
  for (const Codec codec : testing::kAllCodecs) {
    const Slice batch = batch_of(3, {.codec = codec});
    EXPECT_TRUE(is_opened(batch, {}));
    const auto result = validate_produced(batch, kUnopened);
    ASSERT_TRUE(result);
    // Gzip has no frames that tell anything; nothing is saved with what is not compressed.
    EXPECT_EQ(result->opened, codec == Codec::gzip || codec == Codec::none) << name_of(codec);
    EXPECT_EQ(result->record_count, 3);
    EXPECT_EQ(result->max_timestamp_ms, 1002);
    EXPECT_TRUE(result->has_dense_offsets);
  }
}

TEST(Validate, what_is_odd_outside_is_opened) {
  const Slice batch = batch_of(3, {.codec = Codec::lz4});
  const auto with_max = [&](int64_t ms) { return with<int64_t>(at::kMaxTimestamp, ms, batch); };
  EXPECT_FALSE(is_opened(with_max(1500)));
  EXPECT_TRUE(is_opened(with_max(-1)));   // as some clients leave it
  EXPECT_TRUE(is_opened(with_max(999)));  // before the first one
  EXPECT_TRUE(is_opened(with_max(kUnopened.now_ms + kUnopened.timestamp_after_max_ms + 1)));
  const auto mended = validate_produced(with_max(-1), kUnopened);
  EXPECT_EQ(mended->max_timestamp_ms, 1002);
  EXPECT_TRUE(is_opened(timestamps({-1, -1})));
  EXPECT_TRUE(is_opened(
      batch_of(3, {.codec = Codec::lz4, .timestamp_type = TimestampType::log_append_time})));
  EXPECT_TRUE(is_opened(batch, {.compacted = true, .open_compressed = false}));
  EXPECT_TRUE(is_opened(batch, {.timestamp_before_max_ms = 1 << 20, .open_compressed = false}));
}

TEST(Validate, frames_that_are_odd_are_opened_and_refused) {
  for (const Codec codec : {Codec::snappy, Codec::lz4, Codec::zstd}) {
    const Slice batch = batch_of(3, {.codec = codec});
    const Bytes payload = BatchView(batch).payload();
    EXPECT_EQ(code_of(with_payload(batch, payload.first(payload.size() - 1), 3), kUnopened),
              ErrorCode::invalid_record);
    EXPECT_EQ(code_of(with_payload(batch, BatchView(batch_of(3)).payload(), 3), kUnopened),
              ErrorCode::invalid_record);
    EXPECT_EQ(code_of(with_payload(batch, {}, 3), kUnopened), ErrorCode::invalid_record);
    EXPECT_EQ(code_of(with<int16_t>(at::kAttributes, static_cast<int16_t>(codec)), kUnopened),
              ErrorCode::invalid_record);
    EXPECT_EQ(code_of(with_payload(batch, payload, 1 << 20), kUnopened), ErrorCode::invalid_record)
        << name_of(codec) << ": there is no room for so many";
    // What only a look inside can tell is taken for what it says.
    const Slice other = *compress(codec, as_bytes("no records at all, but long enough"));
    EXPECT_EQ(code_of(with_payload(batch, other, 3)), ErrorCode::invalid_record);
    EXPECT_EQ(code_of(with_payload(batch, other, 3), kUnopened), ErrorCode::none);
  }
}

TEST(Validate, an_unopened_batch_gets_the_brokers_time_like_any_other) {
  ProduceRules rules = kUnopened;
  rules.timestamp_type = TimestampType::log_append_time;
  auto result = validate_produced(batch_of(3, {.codec = Codec::zstd}), rules);
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->opened);
  settle_timestamps(*result, rules);
  EXPECT_EQ(result->view().max_timestamp(), rules.now_ms);
  EXPECT_EQ(result->view().timestamp_type(), TimestampType::log_append_time);
  EXPECT_TRUE(result->view().crc_is_right());
}

TEST(Validate, ignores_what_the_broker_overwrites) {
  EXPECT_EQ(code_of(with<int16_t>(at::kAttributes, 0x7f80)), ErrorCode::none);
  EXPECT_EQ(code_of(with<int32_t>(at::kLeaderEpoch, 9)), ErrorCode::none);
}

}  // namespace
}  // namespace kelp::record
