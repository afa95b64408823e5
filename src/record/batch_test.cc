#include "record/batch.h"

#include <gtest/gtest.h>

#include <limits>

#include "record/testing.h"

namespace kelp::record {
namespace {

using testing::batch_of;
using testing::joined;

TEST(Batch, shows_the_fields_it_was_built_with) {
  const Slice bytes = batch_of(3, {.codec = Codec::zstd,
                                   .base_offset = Offset(40),
                                   .leader_epoch = Epoch(7),
                                   .producer_id = 5,
                                   .producer_epoch = 2,
                                   .base_sequence = 10,
                                   .transactional = true});
  const Result<BatchView> batch = first_batch(bytes);
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->base_offset(), Offset(40));
  EXPECT_EQ(batch->last_offset(), Offset(42));
  EXPECT_EQ(batch->next_offset(), Offset(43));
  EXPECT_EQ(batch->size_in_bytes(), bytes.size());
  EXPECT_EQ(batch->leader_epoch(), Epoch(7));
  EXPECT_EQ(batch->magic(), kMagic2);
  EXPECT_EQ(batch->codec(), Codec::zstd);
  EXPECT_EQ(batch->base_timestamp(), 1000);
  EXPECT_EQ(batch->max_timestamp(), 1002);
  EXPECT_EQ(batch->producer_id(), 5);
  EXPECT_EQ(batch->producer_epoch(), 2);
  EXPECT_EQ(batch->base_sequence(), 10);
  EXPECT_EQ(batch->last_sequence(), 12);
  EXPECT_EQ(batch->record_count(), 3);
  EXPECT_TRUE(batch->is_transactional());
  EXPECT_FALSE(batch->is_control());
  EXPECT_EQ(batch->delete_horizon_ms(), std::nullopt);
  EXPECT_TRUE(batch->crc_is_right());
}

TEST(Batch, sequences_wrap_to_zero) {
  constexpr int32_t kLast = std::numeric_limits<int32_t>::max();
  EXPECT_EQ(sequence_after(kLast, 1), 0);
  EXPECT_EQ(sequence_after(kLast - 1, 4), 2);
  EXPECT_EQ(BatchHeader(batch_of(3, {.producer_id = 1, .base_sequence = kLast})).last_sequence(),
            1);
  EXPECT_EQ(BatchHeader(batch_of(3)).last_sequence(), -1);
}

TEST(Batch, a_header_is_enough_to_know_where_the_next_batch_begins) {
  const Slice batch = batch_of(3);
  const Result<BatchHeader> header = read_header(batch.sub(0, kHeaderBytes));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->size_in_bytes(), batch.size());
}

TEST(Batch, every_prefix_is_cut_short) {
  const Slice batch = batch_of(3);
  for (size_t size = 0; size < batch.size(); ++size) {
    // In its own memory, so that a sanitizer sees a read beyond it.
    const Slice prefix = Slice::copy_of(batch.bytes().first(size));
    const Result<BatchView> got = first_batch(prefix);
    ASSERT_FALSE(got) << size;
    EXPECT_EQ(got.error().kind, ErrorKind::out_of_range) << size;
  }
}

TEST(Batch, refuses_headers_that_cannot_be) {
  const auto refused = [](size_t at, auto value) {
    Slice batch = batch_of(3);
    store_big<decltype(value)>(batch.patch() + at, value);
    const Result<BatchView> got = first_batch(batch);
    return !got && got.error().kind == ErrorKind::malformed;
  };
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  EXPECT_TRUE(refused(at::kMagic, int8_t{1}));
  EXPECT_TRUE(refused(at::kMagic, int8_t{3}));
  EXPECT_TRUE(refused(at::kLength, int32_t{48}));
  EXPECT_TRUE(refused(at::kLength, int32_t{-1}));
  EXPECT_TRUE(refused(at::kBaseOffset, int64_t{-1}));
  EXPECT_TRUE(refused(at::kBaseOffset, kMax - 2));
  EXPECT_FALSE(refused(at::kBaseOffset, kMax - 3));
  EXPECT_TRUE(refused(at::kLastOffsetDelta, int32_t{-1}));
  EXPECT_TRUE(refused(at::kRecordCount, int32_t{-1}));
}

TEST(Batch, a_walk_ends_at_the_end_or_before_a_cut_batch) {
  const Slice two =
      joined({batch_of(2, {.base_offset = Offset(10)}), batch_of(1, {.base_offset = Offset(12)})});
  const size_t first = BatchHeader(two).size_in_bytes();
  for (size_t size = first; size <= two.size(); ++size) {
    BatchCursor cursor(two.bytes().first(size));
    ASSERT_TRUE(cursor.next());
    const auto second = cursor.next();
    EXPECT_EQ(second.has_value(), size == two.size());
    EXPECT_FALSE(cursor.next());
    EXPECT_FALSE(cursor.is_damaged());
    EXPECT_EQ(cursor.rest().size(), size == two.size() ? 0 : size - first);
  }
}

TEST(Batch, a_walk_tells_damage_from_a_cut) {
  Slice two = joined({batch_of(2), batch_of(1)});
  const size_t first = BatchHeader(two).size_in_bytes();
  two.patch()[first + at::kMagic] = 9;
  BatchCursor cursor(two);
  EXPECT_TRUE(cursor.next());
  EXPECT_FALSE(cursor.next());
  EXPECT_TRUE(cursor.is_damaged());
  EXPECT_EQ(cursor.rest().size(), two.size() - first);
}

TEST(Batch, offset_and_epoch_are_patched_without_touching_the_crc) {
  Slice bytes = batch_of(3);
  set_base_offset(bytes.patch(), Offset(1234567890123));
  set_leader_epoch(bytes.patch(), Epoch(9));
  const Result<BatchView> batch = first_batch(bytes);
  ASSERT_TRUE(batch);
  EXPECT_TRUE(batch->crc_is_right());
  EXPECT_EQ(batch->last_offset(), Offset(1234567890125));
  EXPECT_EQ(batch->leader_epoch(), Epoch(9));
}

TEST(Batch, log_append_time_is_patched_with_its_crc) {
  Slice bytes = batch_of(3);
  set_log_append_time(bytes.patch(), 777);
  const BatchView batch(bytes);
  EXPECT_TRUE(batch.crc_is_right());
  EXPECT_EQ(batch.timestamp_type(), TimestampType::log_append_time);
  EXPECT_EQ(batch.max_timestamp(), 777);
  EXPECT_EQ(batch.base_timestamp(), 1000);
}

TEST(Batch, only_known_attributes_survive_the_broker) {
  Slice bytes = testing::changed(batch_of(2, {.codec = Codec::gzip}), [](uint8_t* batch) {
    store_big<int16_t>(batch + at::kAttributes, 0x7fc9);
  });
  set_timestamps(bytes.patch(), TimestampType::create_time, 1001);
  EXPECT_EQ(BatchView(bytes).attributes(), 0x01);
  EXPECT_TRUE(BatchView(bytes).crc_is_right());
}

TEST(Batch, codecs_have_kafkas_names) {
  for (const Codec codec : testing::kAllCodecs) EXPECT_EQ(codec_named(name_of(codec)), codec);
  EXPECT_EQ(name_of(Codec::zstd), "zstd");
  EXPECT_EQ(codec_named("uncompressed"), Codec::none);
  EXPECT_EQ(codec_named("producer"), std::nullopt);
}

}  // namespace
}  // namespace kelp::record
