#include "record/legacy.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>

#include "record/compression.h"
#include "record/reader.h"
#include "record/testing.h"
#include "record/validate.h"

namespace kelp::record {
namespace {

using testing::joined;

struct MessageOptions {
  int8_t magic = 1;
  int8_t attributes = 0;
  int64_t offset = 0;
  int64_t timestamp_ms = 1000;
};

void fix_crc(Slice& message) {
  const Bytes counted = message.bytes().subspan(16);
  store_big<uint32_t>(message.patch() + 12,
                      static_cast<uint32_t>(crc32_z(0, counted.data(), counted.size())));
}

Slice message(std::optional<Bytes> key, std::optional<Bytes> value, MessageOptions options = {}) {
  std::string out(18, '\0');
  const auto append = [&](auto number) {
    uint8_t bytes[sizeof number];
    store_big<decltype(number)>(bytes, number);
    out.append(reinterpret_cast<const char*>(bytes), sizeof number);
  };
  if (options.magic == 1) append(options.timestamp_ms);
  for (const auto& part : {key, value}) {
    append(part ? static_cast<int32_t>(part->size()) : int32_t{-1});
    if (part) out += as_text(*part);
  }
  Slice made = Slice::copy_of(out);
  store_big<int64_t>(made.patch(), options.offset);
  store_big<int32_t>(made.patch() + 8, static_cast<int32_t>(made.size() - 12));
  made.patch()[16] = static_cast<uint8_t>(options.magic);
  made.patch()[17] = static_cast<uint8_t>(options.attributes);
  fix_crc(made);
  return made;
}

Slice wrapper(Codec codec, const Slice& inside, MessageOptions options = {}) {
  options.attributes = static_cast<int8_t>(options.attributes | static_cast<int8_t>(codec));
  return message(std::nullopt, compress(codec, inside)->bytes(), options);
}

ErrorCode code_of(const Slice& set) {
  const auto converted = up_convert(set);
  return converted ? ErrorCode::none : converted.error().code;
}

std::vector<int64_t> timestamps_of(const Slice& batch) {
  std::vector<int64_t> out;
  Result<RecordReader> reader = RecordReader::open(BatchView(batch));
  for (;;) {
    const Result<const Record*> record = reader->next();
    if (!record || *record == nullptr) return out;
    out.push_back((*record)->timestamp_ms);
  }
}

const Slice& two_messages() {
  static const Slice set = joined({message(as_bytes("k"), as_bytes("v"), {.timestamp_ms = 5}),
                                   message(std::nullopt, std::nullopt, {.timestamp_ms = 3})});
  return set;
}

TEST(Legacy, a_set_becomes_one_batch_from_offset_0) {
  const auto batch = up_convert(two_messages());
  ASSERT_TRUE(batch);
  const auto validated = validate_produced(*batch, {});
  ASSERT_TRUE(validated) << validated.error().message;
  EXPECT_EQ(validated->record_count, 2);
  EXPECT_EQ(timestamps_of(*batch), (std::vector<int64_t>{5, 3}));
}

TEST(Legacy, magic_0_has_no_timestamps) {
  const auto batch = up_convert(message(as_bytes("k"), as_bytes("v"), {.magic = 0}));
  ASSERT_TRUE(batch);
  EXPECT_EQ(timestamps_of(*batch), std::vector<int64_t>{-1});
  EXPECT_EQ(BatchView(*batch).max_timestamp(), -1);
}

TEST(Legacy, the_batch_keeps_the_codec_of_the_wrapper) {
  for (const Codec codec : {Codec::gzip, Codec::snappy, Codec::lz4}) {
    const auto batch = up_convert(wrapper(codec, two_messages()));
    ASSERT_TRUE(batch) << batch.error().message;
    EXPECT_EQ(BatchView(*batch).codec(), codec);
    EXPECT_EQ(timestamps_of(*batch), (std::vector<int64_t>{5, 3}));
  }
}

TEST(Legacy, a_wrapper_appended_at_a_time_gives_it_to_every_message) {
  const auto batch = up_convert(wrapper(
      Codec::gzip, two_messages(), {.attributes = attribute::kLogAppendTime, .timestamp_ms = 77}));
  ASSERT_TRUE(batch);
  EXPECT_EQ(timestamps_of(*batch), (std::vector<int64_t>{77, 77}));
}

TEST(Legacy, a_cut_tail_is_ignored_and_a_cut_message_alone_is_nothing) {
  const Slice one = message(as_bytes("k"), as_bytes("v"));
  for (size_t size = 0; size < one.size(); ++size) {
    const Slice part = Slice::copy_of(one.bytes().first(size));
    EXPECT_EQ(code_of(part), ErrorCode::invalid_record);
    const auto batch = up_convert(joined({one, part}));
    ASSERT_TRUE(batch);
    EXPECT_EQ(BatchView(*batch).record_count(), 1);
  }
}

TEST(Legacy, refuses_damage) {
  const Slice one = message(as_bytes("k"), as_bytes("v"));
  for (size_t at = 12; at < one.size(); ++at) {
    Slice damaged = Slice::copy_of(one.bytes());
    damaged.patch()[at] ^= 0x40;
    EXPECT_EQ(code_of(damaged), ErrorCode::corrupt_message) << at;
  }
  const auto with = [&](size_t at, uint8_t value) {
    Slice changed = Slice::copy_of(one.bytes());
    changed.patch()[at] = value;
    fix_crc(changed);
    return code_of(changed);
  };
  EXPECT_EQ(with(11, 13), ErrorCode::corrupt_message);  // size
  EXPECT_EQ(with(16, 9), ErrorCode::corrupt_message);   // magic
  EXPECT_EQ(with(16, 2), ErrorCode::invalid_record);
  EXPECT_EQ(with(17, 4), ErrorCode::unsupported_compression_type);
  EXPECT_EQ(with(17, 5), ErrorCode::invalid_record);
  EXPECT_EQ(with(17, 1), ErrorCode::invalid_record);  // the value is no gzip
  EXPECT_EQ(with(29, 2), ErrorCode::invalid_record);  // key length
  EXPECT_EQ(with(26, 0x80), ErrorCode::invalid_record);
}

TEST(Legacy, refuses_wrappers_that_are_not_sound) {
  const Slice inside = two_messages();
  const auto code = [](const Slice& set) { return code_of(wrapper(Codec::gzip, set)); };
  EXPECT_EQ(code(inside), ErrorCode::none);
  EXPECT_EQ(code(Slice()), ErrorCode::invalid_record);
  EXPECT_EQ(code(inside.sub(0, inside.size() - 1)), ErrorCode::invalid_record);
  EXPECT_EQ(code(joined({inside, inside.sub(0, 5)})), ErrorCode::invalid_record);
  EXPECT_EQ(code(wrapper(Codec::gzip, inside)), ErrorCode::invalid_record);
  EXPECT_EQ(code(message(std::nullopt, as_bytes("v"), {.magic = 0})), ErrorCode::invalid_record);
  EXPECT_EQ(code_of(message(std::nullopt, std::nullopt, {.attributes = 1})),
            ErrorCode::invalid_record);
  Slice damaged = Slice::copy_of(inside.bytes());
  damaged.patch()[damaged.size() - 1] ^= 1;
  EXPECT_EQ(code(damaged), ErrorCode::corrupt_message);
}

TEST(Legacy, bombs_are_refused) {
  const Slice zeros = Slice::copy_of(std::string(40 << 20, '\0'));
  for (const Codec codec : {Codec::gzip, Codec::snappy, Codec::lz4}) {
    EXPECT_EQ(code_of(wrapper(codec, zeros)), ErrorCode::message_too_large) << name_of(codec);
  }
  // The bound is of the whole set.
  const Slice half = wrapper(
      Codec::gzip, message(std::nullopt, as_bytes(std::string(20 << 20, 'x')), {.magic = 1}));
  EXPECT_EQ(code_of(half), ErrorCode::none);
  EXPECT_EQ(code_of(joined({half, half})), ErrorCode::message_too_large);
}

TEST(Legacy, extreme_offsets_wrap_instead_of_being_undefined) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  for (const int64_t outer : {kMin, kMax}) {
    for (const int64_t inner : {kMin, kMax}) {
      const Slice inside = message(std::nullopt, std::nullopt, {.offset = inner});
      EXPECT_EQ(code_of(wrapper(Codec::gzip, inside, {.offset = outer})), ErrorCode::none);
    }
  }
}

TEST(Legacy, whatever_converts_validates) {
  std::mt19937 random(9);
  const Slice set = joined({two_messages(), wrapper(Codec::snappy, two_messages())});
  int converted = 0;
  for (int round = 0; round < 20'000; ++round) {
    Slice damaged = round % 2 == 0 ? message(as_bytes("key"), as_bytes("value"))
                                   : wrapper(Codec::lz4, two_messages());
    for (size_t i = 0; i < 1 + random() % 2; ++i) {
      damaged.patch()[random() % damaged.size()] = static_cast<uint8_t>(random());
    }
    if (load_big<int32_t>(damaged.data() + 8) + 12 == static_cast<int32_t>(damaged.size())) {
      fix_crc(damaged);
    }
    const auto batch = up_convert(joined({set, damaged}));
    if (!batch) continue;
    ++converted;
    const auto validated =
        validate_produced(*batch, {.timestamp_after_max_ms = std::numeric_limits<int64_t>::max()});
    ASSERT_TRUE(validated) << validated.error().message;
    EXPECT_TRUE(validated->has_dense_offsets);
  }
  EXPECT_GT(converted, 1000);
}

}  // namespace
}  // namespace kelp::record
