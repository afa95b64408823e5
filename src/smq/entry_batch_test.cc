// Entries as record batches: offsets, gaps, order, bounds.
#include "smq/entry_batch.h"

#include <gtest/gtest.h>

#include <limits>

#include "record/reader.h"
#include "record/validate.h"
#include "smq/testing.h"

namespace kelp::smq {
namespace {

constexpr BatchTerms kTerms{.rules = {Mapping::plain, record::TimestampType::log_append_time},
                            .leader_epoch = Epoch(3),
                            .max_bytes = 1 << 20};

std::vector<int64_t> offsets_in(const Slice& batch) {
  std::vector<int64_t> offsets;
  auto reader = record::RecordReader::open(record::BatchView(batch));
  while (const record::Record* record = *reader->next()) offsets.push_back(record->offset.value());
  return offsets;
}

TEST(EntryBatch, records_keep_their_offsets_over_gaps_and_their_times) {
  std::vector<LogEntry> entries = some_entries(5, 1000);
  entries[2].offset = 1010;
  entries[3].offset = 1011;
  entries[4].offset = 900'000'000'000;  // beyond what one batch reaches
  EntryBatch batch(kTerms);
  for (size_t i = 0; i < 4; ++i) EXPECT_TRUE(batch.add(entries[i]));
  EXPECT_FALSE(batch.add(entries[4]));
  EXPECT_EQ(batch.base(), Offset(1000));
  EXPECT_EQ(batch.next(), Offset(1012));
  const Slice built = *batch.build();
  const auto view = record::first_batch(built);
  ASSERT_TRUE(view.has_value());
  EXPECT_TRUE(view->crc_is_right());
  EXPECT_EQ(view->leader_epoch(), Epoch(3));
  EXPECT_EQ(view->last_offset(), Offset(1011));
  EXPECT_EQ(view->codec(), record::Codec::none);
  EXPECT_EQ(view->timestamp_type(), record::TimestampType::create_time);
  EXPECT_EQ(offsets_in(built), (std::vector<int64_t>{1000, 1001, 1010, 1011}));
  auto reader = record::RecordReader::open(*view);
  for (size_t i = 0; i < 4; ++i) {
    const record::Record* record = *reader->next();
    EXPECT_EQ(record->timestamp_ms, entries[i].timestamp_ms());
    EXPECT_EQ(as_text(*record->value), as_text(entries[i].data));
    EXPECT_EQ(record->key.has_value(), !entries[i].key.empty());
  }
  // And it goes on with the next batch.
  EXPECT_TRUE(batch.empty());
  EXPECT_TRUE(batch.add(entries[4]));
  EXPECT_EQ(offsets_in(*batch.build()), std::vector<int64_t>{900'000'000'000});
}

TEST(EntryBatch, a_batch_is_bounded_but_for_its_first_record) {
  const std::string large(5000, 'x');
  BatchTerms terms = kTerms;
  terms.max_bytes = 4000;
  EntryBatch batch(terms);
  EXPECT_TRUE(batch.add({.ts_ns = 1, .data = as_bytes(large), .offset = 1}));
  EXPECT_FALSE(batch.add({.ts_ns = 2, .offset = 2}));
  EXPECT_GT(batch.build()->size(), 5000U);

  int64_t next = 0;
  const Bytes small = as_bytes(large).first(100);
  while (batch.add({.ts_ns = 3, .data = small, .offset = next})) ++next;
  EXPECT_GT(next, 30);
  const Slice built = *batch.build();
  EXPECT_LE(built.size(), 4000U);
  EXPECT_EQ(offsets_in(built).size(), static_cast<size_t>(next));
}

TEST(EntryBatch, nothing_makes_no_batch) { EXPECT_FALSE(EntryBatch(kTerms).build().has_value()); }

TEST(EntryBatch, an_offset_at_the_end_of_what_there_is_can_be_built) {
  EntryBatch batch(kTerms);
  EXPECT_TRUE(batch.add({.ts_ns = 1, .offset = std::numeric_limits<int64_t>::max() - 1}));
  const Slice built = *batch.build();
  EXPECT_EQ(record::first_batch(built)->last_offset().value(),
            std::numeric_limits<int64_t>::max() - 1);
}

std::vector<int64_t> offsets_of(const std::vector<LogEntry>& entries) {
  std::vector<int64_t> offsets;
  for (const LogEntry& entry : entries) offsets.push_back(entry.offset);
  return offsets;
}

TEST(PutInOrder, of_one_offset_the_earlier_stays) {
  std::vector<LogEntry> entries;
  for (const int64_t offset : {4, 6, 5, 7, 6, 8}) {
    entries.push_back({.ts_ns = static_cast<int64_t>(entries.size()), .offset = offset});
  }
  entries[1].data = as_bytes("first");
  entries[4].data = as_bytes("second");
  EXPECT_EQ(put_in_order(entries), 1U);
  EXPECT_EQ(offsets_of(entries), (std::vector<int64_t>{4, 5, 6, 7, 8}));
  EXPECT_EQ(as_text(entries[2].data), "first");
}

TEST(PutInOrder, what_is_in_order_stays) {
  std::vector<LogEntry> entries = some_entries(10);
  entries[9].offset = 100;
  const std::vector<int64_t> before = offsets_of(entries);
  EXPECT_EQ(put_in_order(entries), 0U);
  EXPECT_EQ(offsets_of(entries), before);
}

}  // namespace
}  // namespace kelp::smq
