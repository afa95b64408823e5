// Bytes that nobody honest sends: every answer is a refusal or a batch that reads to its end, in
// bounded memory.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <random>

#include "record/compression.h"
#include "record/legacy.h"
#include "record/reader.h"
#include "record/testing.h"
#include "record/validate.h"

namespace kelp::record {
namespace {

using testing::batch_of;
using testing::joined;

constexpr size_t kMiB = 1 << 20;
constexpr ProduceRules kLenient{.max_message_bytes = std::numeric_limits<int32_t>::max(),
                                .timestamp_after_max_ms = std::numeric_limits<int64_t>::max(),
                                .control_allowed = true};

/// Reads the batch to its end: how many records it has, or nothing.
std::optional<int32_t> records_of(BatchView batch) {
  Result<RecordReader> reader = RecordReader::open(batch);
  if (!reader) return std::nullopt;
  for (int32_t count = 0;; ++count) {
    const Result<const Record*> record = reader->next();
    if (!record) return std::nullopt;
    if (*record == nullptr) return count;
    size_t touched = 0;
    for (const Header& header : (*record)->headers) {
      touched += header.key.size() + header.value.value_or(Bytes()).size();
    }
    EXPECT_LE(touched, (*record)->headers.encoded().size());
  }
}

TEST(Hostile, a_change_of_any_byte_is_refused_but_in_the_leader_epoch) {
  for (const Codec codec : testing::kAllCodecs) {
    const Slice batch = batch_of(5, {.codec = codec});
    for (size_t at = 0; at < batch.size(); ++at) {
      for (const uint8_t flip : {0x01, 0x80, 0xff}) {
        Slice damaged = Slice::copy_of(batch.bytes());
        damaged.patch()[at] ^= flip;
        const bool harmless = at >= at::kLeaderEpoch && at < at::kMagic;
        EXPECT_EQ(validate_produced(damaged, kLenient).has_value(), harmless) << at;
      }
    }
  }
}

TEST(Hostile, every_prefix_of_the_payload_is_refused_even_with_a_right_crc) {
  for (const Codec codec : testing::kAllCodecs) {
    const Slice batch = batch_of(50, {.codec = codec});
    const Bytes payload = BatchView(batch).payload();
    for (size_t size = 0; size < payload.size(); ++size) {
      const Slice cut = testing::with_payload(batch, payload.first(size), 50);
      EXPECT_FALSE(validate_produced(cut, kLenient)) << name_of(codec) << size;
      EXPECT_FALSE(records_of(BatchView(cut)));
    }
  }
}

/// Damages the payload, and mends the CRC so that the damage is looked at.
Slice damaged(const Slice& batch, std::mt19937& random) {
  return testing::changed(batch, [&](uint8_t* bytes) {
    for (size_t i = 0; i < 1 + random() % 3; ++i) {
      const size_t at = at::kAttributes + random() % (batch.size() - at::kAttributes);
      bytes[at] = static_cast<uint8_t>(random() % 3 == 0 ? bytes[at] + 1 : random());
    }
  });
}

TEST(Hostile, whatever_validates_reads_to_its_end) {
  std::mt19937 random(3);
  int accepted = 0;
  for (int round = 0; round < 40'000; ++round) {
    const Codec codec = testing::kAllCodecs[round % 5];
    const Slice batch = damaged(batch_of(1 + round % 7, {.codec = codec}), random);
    auto validated = validate_produced(batch, kLenient);
    const std::optional<int32_t> count = records_of(BatchView(batch));
    if (!validated) continue;
    ++accepted;
    ASSERT_EQ(count, validated->record_count) << round;
    settle_timestamps(*validated, kLenient);
    const Result<Slice> mended = recompress(validated->view(), Codec::lz4);
    ASSERT_TRUE(mended) << round;
    const auto again = validate_produced(*mended, kLenient);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_TRUE(again->has_dense_offsets);
    EXPECT_EQ(again->max_timestamp_delta, validated->max_timestamp_delta) << round;
  }
  EXPECT_GT(accepted, 1000);  // values and keys may be anything
}

TEST(Hostile, random_bytes_are_refused) {
  std::mt19937 random(5);
  for (int round = 0; round < 20'000; ++round) {
    Buffer buffer(random() % 200);
    for (uint8_t& byte : buffer.bytes()) byte = static_cast<uint8_t>(random());
    if (buffer.size() > at::kMagic) buffer.data()[at::kMagic] = static_cast<uint8_t>(round % 4);
    EXPECT_FALSE(validate_produced(buffer.slice(), kLenient));
    EXPECT_FALSE(up_convert(buffer.slice()));
  }
}

/// What stands in front of a record's zeros: the length of its body, and `fields` of the body.
std::vector<uint8_t> record_front(std::initializer_list<int64_t> fields, size_t zeros) {
  std::vector<uint8_t> body(64);
  uint8_t* to = body.data();
  for (const int64_t field : fields) to = store_varint(to, zigzag(field));
  body.resize(static_cast<size_t>(to - body.data()));
  std::vector<uint8_t> front(64);
  to = store_varint(front.data(), zigzag(static_cast<int64_t>(body.size() + zeros)));
  front.resize(static_cast<size_t>(to - front.data()));
  front.insert(front.end(), body.begin(), body.end());
  return front;
}

/// A sound batch of one record with a value of `bytes` zeros, without ever having them in memory.
Slice bomb(Codec codec, size_t bytes) {
  constexpr size_t kPart = 16 * kMiB;
  // Attributes, timestamp delta, offset delta, null key, value; behind it no headers: a zero too.
  const auto front = record_front({0, 0, 0, -1, static_cast<int64_t>(bytes)}, bytes + 1);
  std::vector<Slice> parts{*compress(codec, front)};
  const Slice part = *compress(codec, Slice::copy_of(std::string(kPart, '\0')));
  for (size_t done = 0; done < bytes; done += kPart) parts.push_back(part);
  parts.push_back(*compress(codec, Slice::copy_of(std::string(1, '\0'))));
  return testing::with_payload(batch_of(1, {.codec = codec}), joined(parts), 1);
}

size_t peak_resident_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<size_t>(usage.ru_maxrss) * 1024;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMeasuresMemory = false;
#elif defined(__has_feature)
constexpr bool kMeasuresMemory = !__has_feature(thread_sanitizer);
#else
constexpr bool kMeasuresMemory = true;
#endif

TEST(Hostile, a_batch_that_unfolds_to_a_gibibyte_is_refused_in_bounded_memory) {
  ProduceRules unopened = kLenient;
  unopened.open_compressed = false;
  for (const Codec codec : testing::kCompressing) {
    const Slice batch = bomb(codec, 1024 * kMiB);
    EXPECT_FALSE(validate_produced(batch, unopened)) << name_of(codec);
    const size_t before = peak_resident_bytes();
    const auto validated = validate_produced(batch, kLenient);
    ASSERT_FALSE(validated);
    // Snappy folds 21-fold at most: what holds a gibibyte is 48 MiB, allowed 16-fold that.
    EXPECT_EQ(validated.error().code, ErrorCode::message_too_large) << name_of(codec);
    if (kMeasuresMemory) {
      EXPECT_LT(peak_resident_bytes() - before, 16 * kMiB) << name_of(codec);
    }
  }
}

TEST(Hostile, what_stays_below_the_bound_is_accepted_in_bounded_memory) {
  for (const Codec codec : testing::kCompressing) {
    const Slice batch = bomb(codec, 96 * kMiB);
    const size_t before = peak_resident_bytes();
    const auto validated = validate_produced(batch, kLenient);
    EXPECT_TRUE(validated) << name_of(codec) << validated.error().message;
    if (kMeasuresMemory) {
      EXPECT_LT(peak_resident_bytes() - before, 16 * kMiB) << name_of(codec);
    }
  }
}

TEST(Hostile, a_million_headers_cost_the_reader_nothing) {
  constexpr int32_t kCount = 4'000'000;
  std::vector<uint8_t> record = record_front({0, 0, 0, -1, -1, kCount}, 2 * kCount);
  record.resize(record.size() + 2 * kCount);  // keys and values of length 0
  const Slice packed = *compress(Codec::zstd, record);
  const Slice batch = testing::with_payload(batch_of(1, {.codec = Codec::zstd}), packed, 1);
  ASSERT_TRUE(validate_produced(batch, kLenient));
  const size_t before = peak_resident_bytes();
  EXPECT_EQ(records_of(BatchView(batch)), 1);
  if (kMeasuresMemory) {
    EXPECT_LT(peak_resident_bytes() - before, 48 * kMiB);
  }
}

}  // namespace
}  // namespace kelp::record
