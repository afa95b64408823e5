#include <gtest/gtest.h>

#include <map>
#include <random>

#include "cleaner/batch_filter.h"
#include "cleaner/plan.h"
#include "cleaner/retention.h"
#include "record/builder.h"
#include "record/reader.h"

namespace kelp::cleaner {
namespace {

constexpr HashSecret kSecret{0x0706050403020100, 0x0f0e0d0c0b0a0908};
constexpr uint64_t kPlenty = 1 << 20;

TEST(KeyHash, is_siphash_2_4_of_128_bits) {
  const auto hex = [](const KeyHash& hash) {
    return fmt::format("{:016x}{:016x}", hash.low, hash.high);
  };
  // The authors' own vectors, as little-endian words.
  EXPECT_EQ(hex(hash_of({}, kSecret)), "e6a825ba047f81a3930255c71472f66d");
  const uint8_t zero = 0;
  EXPECT_EQ(hex(hash_of(Bytes(&zero, 1), kSecret)), "44af996bd8c187da45fc229b11597634");
}

TEST(KeyHash, of_other_keys_and_other_secrets_is_another_one) {
  std::map<std::pair<uint64_t, uint64_t>, std::string> seen;
  for (size_t length = 0; length < 40; ++length) {
    const std::string key(length, 'x');
    const KeyHash hash = hash_of(as_bytes(key), kSecret);
    EXPECT_TRUE(seen.emplace(std::pair(hash.low, hash.high), key).second);
    EXPECT_NE(hash, hash_of(as_bytes(key), HashSecret{1, 2}));
  }
}

TEST(OffsetMap, remembers_the_newest_offset_of_each_key) {
  OffsetMap map(1000, kPlenty, kSecret);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 1000; ++i) {
      ASSERT_TRUE(map.put(as_bytes("k" + std::to_string(i)), Offset(round * 1000 + i)));
    }
  }
  EXPECT_EQ(map.size(), 1000U);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(map.find(as_bytes("k" + std::to_string(i))), Offset(2000 + i));
  }
  EXPECT_EQ(map.find(as_bytes("another")), std::nullopt);
}

TEST(OffsetMap, takes_no_more_than_its_memory_and_still_updates_when_it_is_full) {
  OffsetMap map(1'000'000, 24 * 100, kSecret);
  EXPECT_EQ(map.capacity(), 75U);
  for (int i = 0; i < 75; ++i) ASSERT_TRUE(map.put(as_bytes(std::to_string(i)), Offset(i)));
  EXPECT_FALSE(map.put(as_bytes("one more"), Offset(75)));
  EXPECT_TRUE(map.put(as_bytes("74"), Offset(76)));
  EXPECT_EQ(map.find(as_bytes("74")), Offset(76));
  EXPECT_EQ(map.find(as_bytes("one more")), std::nullopt);
}

struct TestRecord {
  std::optional<std::string> key, value;
};

Slice batch(int64_t base, const std::vector<TestRecord>& records,
            record::BatchOptions options = {}) {
  options.base_offset = Offset(base);
  options.leader_epoch = Epoch(3);
  record::BatchBuilder builder(options);
  int64_t timestamp_ms = 5000 + base;
  for (const TestRecord& one : records) {
    record::NewRecord entry;
    entry.timestamp_ms = timestamp_ms++;
    if (one.key) entry.key = as_bytes(*one.key);
    if (one.value) entry.value = as_bytes(*one.value);
    builder.add(entry);
  }
  return *builder.build();
}

record::BatchView view(const Slice& slice) { return record::BatchView(slice.bytes()); }

/// "offset:key=value@timestamp …"
std::string text_of(const Slice& slice) {
  std::string text;
  auto records = *record::RecordReader::open(view(slice));
  for (auto next = records.next(); *next != nullptr; next = records.next()) {
    const record::Record& one = **next;
    text += fmt::format("{}:{}={}@{} ", one.offset, one.key ? as_text(*one.key) : "null",
                        one.value ? as_text(*one.value) : "null", one.timestamp_ms);
  }
  return text;
}

/// What the filter makes of `batch` when the map knows of `all`.
class Filtering {
 public:
  explicit Filtering(const std::vector<Slice>& all, FilterTerms terms = {})
      : terms_(std::move(terms)) {
    for (const Slice& one : all) terms_.map_end = *add_keys(view(one), map_);
  }
  Filtered of(const Slice& slice) { return *BatchFilter(map_, terms_).filter(view(slice)); }
  FilterTerms& terms() { return terms_; }

 private:
  OffsetMap map_{1000, kPlenty, kSecret};
  FilterTerms terms_;
};

TEST(BatchFilter, keeps_the_newest_record_of_each_key_in_every_codec) {
  using record::Codec;
  for (const Codec codec : {Codec::none, Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd}) {
    record::BatchOptions options;
    options.codec = codec;
    options.producer_id = 9;
    options.producer_epoch = 2;
    options.base_sequence = 77;
    const Slice first = batch(10, {{"a", "1"}, {"b", "1"}, {"c", "1"}, {"d", "1"}}, options);
    const Slice second = batch(14, {{"a", "2"}, {"d", "2"}}, options);
    Filtering filtering({first, second});
    const Filtered filtered = filtering.of(first);
    ASSERT_EQ(filtered.fate, Fate::changed);
    EXPECT_EQ(text_of(filtered.changed), "11:b=1@5011 12:c=1@5012 ");
    const record::BatchView left = view(filtered.changed);
    EXPECT_TRUE(left.crc_is_right());
    EXPECT_EQ(left.base_offset(), Offset(10));
    EXPECT_EQ(left.last_offset(), Offset(13));
    EXPECT_EQ(left.leader_epoch(), Epoch(3));
    EXPECT_EQ(left.producer_id(), 9);
    EXPECT_EQ(left.producer_epoch(), 2);
    EXPECT_EQ(left.base_sequence(), 77);
    EXPECT_EQ(left.last_sequence(), 80);
    EXPECT_EQ(left.codec(), codec);
    EXPECT_EQ(left.max_timestamp(), 5012);
    EXPECT_EQ(filtering.of(second).fate, Fate::as_it_is);
  }
}

TEST(BatchFilter, of_two_records_of_a_key_in_one_batch_keeps_the_later) {
  const Slice one = batch(0, {{"a", "1"}, {"a", "2"}});
  const Filtered filtered = Filtering({one}).of(one);
  EXPECT_EQ(text_of(filtered.changed), "1:a=2@5001 ");
}

TEST(BatchFilter, drops_records_without_a_key_and_batches_without_records) {
  const Slice one = batch(0, {{std::nullopt, "1"}, {"a", "2"}});
  const Slice two = batch(2, {{std::nullopt, "3"}});
  Filtering filtering({one, two});
  EXPECT_EQ(text_of(filtering.of(one).changed), "1:a=2@5001 ");
  EXPECT_EQ(filtering.of(two).fate, Fate::gone);
}

TEST(BatchFilter, leaves_what_the_map_does_not_cover) {
  const Slice one = batch(0, {{"a", "1"}, {"b", "1"}});
  const Slice two = batch(2, {{"a", "2"}, {std::nullopt, "2"}});
  Filtering filtering({one});
  EXPECT_EQ(filtering.of(two).fate, Fate::as_it_is);
  EXPECT_EQ(filtering.of(one).fate, Fate::as_it_is) << "a's second value is not known of";
  filtering.terms().map_end = Offset(1);
  EXPECT_EQ(filtering.of(one).fate, Fate::as_it_is) << "in the middle of a batch";
}

TEST(BatchFilter, keeps_a_tombstone_until_its_horizon_is_over) {
  const Slice value = batch(0, {{"a", "1"}});
  record::BatchOptions options;
  options.codec = record::Codec::lz4;
  const Slice tombstone = batch(1, {{"a", std::nullopt}, {"b", "1"}}, options);
  Filtering filtering({value, tombstone}, {.now_ms = 1'000'000, .delete_retention_ms = 500});
  EXPECT_EQ(filtering.of(value).fate, Fate::gone);
  const Filtered marked = filtering.of(tombstone);
  ASSERT_EQ(marked.fate, Fate::changed);
  EXPECT_EQ(view(marked.changed).delete_horizon_ms(), 1'000'500);
  EXPECT_TRUE(view(marked.changed).crc_is_right());
  EXPECT_EQ(text_of(marked.changed), "1:a=null@5001 2:b=1@5002 ");
  EXPECT_EQ(view(marked.changed).max_timestamp(), 5002);

  filtering.terms().now_ms = 1'000'499;
  EXPECT_EQ(filtering.of(marked.changed).fate, Fate::as_it_is) << "the horizon does not move";
  filtering.terms().now_ms = 1'000'500;
  const Filtered after = filtering.of(marked.changed);
  EXPECT_EQ(text_of(after.changed), "2:b=1@5002 ");
}

TEST(BatchFilter, keeps_the_header_of_a_producers_newest_batch) {
  record::BatchOptions options;
  options.producer_id = 4;
  options.producer_epoch = 1;
  options.base_sequence = 20;
  options.codec = record::Codec::gzip;
  const Slice old = batch(0, {{"a", "1"}, {"a", "2"}}, options);
  options.base_sequence = 22;
  const Slice newest = batch(2, {{"a", "3"}, {"b", "3"}}, options);
  const Slice others = batch(4, {{"a", "4"}, {"b", "4"}});
  Filtering filtering({old, newest, others});
  filtering.terms().newest_of_producer[4] = Offset(3);
  EXPECT_EQ(filtering.of(old).fate, Fate::gone);
  const Filtered left = filtering.of(newest);
  ASSERT_EQ(left.fate, Fate::changed);
  const record::BatchView header = view(left.changed);
  EXPECT_TRUE(header.crc_is_right());
  EXPECT_EQ(header.record_count(), 0);
  EXPECT_EQ(header.base_offset(), Offset(2));
  EXPECT_EQ(header.last_offset(), Offset(3));
  EXPECT_EQ(header.producer_id(), 4);
  EXPECT_EQ(header.producer_epoch(), 1);
  EXPECT_EQ(header.last_sequence(), 23);
  EXPECT_EQ(header.max_timestamp(), 5003);
  EXPECT_FALSE(header.is_compressed());
  EXPECT_EQ(text_of(left.changed), "");
  EXPECT_EQ(filtering.of(left.changed).fate, Fate::as_it_is);
  filtering.terms().newest_of_producer[4] = Offset(9);
  EXPECT_EQ(filtering.of(left.changed).fate, Fate::gone) << "it has sent more since";
}

TEST(BatchFilter, keeps_log_append_time_and_control_batches) {
  Slice stamped = batch(0, {{"a", "1"}, {"b", "1"}});
  record::set_log_append_time(stamped.patch(), 777);
  record::BatchOptions options;
  options.control = true;
  const Slice control = batch(2, {{"a", "1"}}, options);
  const Slice next = batch(3, {{"a", "2"}});
  Filtering filtering({stamped, control, next});
  const Filtered left = filtering.of(stamped);
  EXPECT_EQ(text_of(left.changed), "1:b=1@777 ");
  EXPECT_EQ(view(left.changed).timestamp_type(), record::TimestampType::log_append_time);
  EXPECT_EQ(filtering.of(control).fate, Fate::as_it_is);
}

TEST(BatchFilter, says_that_a_damaged_batch_is_damaged) {
  // Length, attributes, timestamp delta, offset delta, key's length.
  for (const size_t at : {0, 3, 4}) {
    Slice damaged = batch(0, {{"a", "1"}, {"b", "1"}});
    damaged.patch()[record::at::kRecords + at] = 0x7f;
    OffsetMap map(10, kPlenty, kSecret);
    EXPECT_FALSE(add_keys(view(damaged), map).has_value()) << at;
    EXPECT_FALSE(BatchFilter(map, {.map_end = Offset(9)}).filter(view(damaged)).has_value()) << at;
  }
}

/// Cleans a log of random updates again and again, as far as small maps reach, and compares what
/// its reader learns with what was written.
TEST(BatchFilter, never_loses_the_last_value_of_a_key) {
  for (uint32_t seed = 0; seed < 30; ++seed) {
    std::mt19937 random(seed);
    std::map<std::string, std::optional<std::string>> expected;
    std::vector<Slice> log;
    int64_t end = 0, clean_end = 0;
    for (int round = 0; round < 12; ++round) {
      for (int i = 0; i < 30; ++i) {
        std::vector<TestRecord> records(1 + random() % 4);
        for (TestRecord& one : records) {
          one.key = "k" + std::to_string(random() % 120);
          if (random() % 6 != 0) one.value = std::to_string(random());
          expected[*one.key] = one.value;
        }
        record::BatchOptions options;
        options.codec = static_cast<record::Codec>(random() % 5);
        log.push_back(batch(end, records, options));
        end += static_cast<int64_t>(records.size());
      }
      OffsetMap map(200, (64 + random() % 100) * 24, kSecret);
      Offset map_end(clean_end);
      for (const Slice& one : log) {
        if (view(one).next_offset() <= Offset(clean_end)) continue;
        map_end = *add_keys(view(one), map);
        if (map_end < view(one).next_offset()) break;
      }
      BatchFilter filter(map,
                         {.map_end = map_end, .now_ms = round * 10, .delete_retention_ms = 25});
      std::vector<Slice> left;
      for (const Slice& one : log) {
        const Filtered filtered = *filter.filter(view(one));
        if (filtered.fate == Fate::as_it_is) left.push_back(one);
        if (filtered.fate == Fate::changed) left.push_back(filtered.changed);
      }
      EXPECT_EQ(filter.counts().batches_kept, left.size());
      log = std::move(left);
      clean_end = map_end.value();
      std::map<std::string, std::optional<std::string>> seen;
      Offset last(-1);
      for (const Slice& one : log) {
        ASSERT_GT(view(one).base_offset(), last);
        last = view(one).last_offset();
        auto records = *record::RecordReader::open(view(one));
        for (auto next = records.next(); *next != nullptr; next = records.next()) {
          auto& value = seen[std::string(as_text(*(*next)->key))];
          value.reset();
          if ((*next)->value) value = as_text(*(*next)->value);
        }
      }
      for (const auto& [key, value] : expected) {
        const auto found = seen.find(key);
        ASSERT_EQ(found == seen.end() ? std::nullopt : found->second, value) << seed << " " << key;
      }
    }
  }
}

std::vector<Segment> segments(int count, uint64_t size_bytes = 100) {
  std::vector<Segment> all;
  for (int i = 0; i < count; ++i) {
    all.push_back({Offset(i * 10), Offset(i * 10 + 10), size_bytes, 1000 * i});
  }
  return all;
}

TEST(Plan, is_due_when_the_dirty_part_is_large_enough) {
  const auto all = segments(10);
  PlanTerms terms{.clean_end = Offset(50), .stable_end = Offset(100)};
  EXPECT_EQ(plan(all, terms).dirty_ratio(), 0.5);
  EXPECT_FALSE(plan(all, terms).due) << "more than the ratio, as in Kafka";
  terms.min_dirty_ratio = 0.49;
  EXPECT_TRUE(plan(all, terms).due);
  EXPECT_EQ(plan(all, terms).dirty_begin, Offset(50));
  EXPECT_EQ(plan(all, terms).dirty_end, Offset(100));
  terms.clean_end = Offset(100);
  terms.min_dirty_ratio = 0;
  EXPECT_FALSE(plan(all, terms).due);
  EXPECT_FALSE(plan({}, terms).due);
}

TEST(Plan, stops_at_what_is_too_young_or_not_stable) {
  const auto all = segments(10);
  PlanTerms terms{.now_ms = 10'000, .stable_end = Offset(100), .min_lag_ms = 4000};
  EXPECT_EQ(plan(all, terms).dirty_end, Offset(70)) << "the largest time of segment 6 is 6000";
  terms.min_lag_ms = 0;
  terms.stable_end = Offset(35);
  EXPECT_EQ(plan(all, terms).dirty_end, Offset(30));
  terms.stable_end = Offset(5);
  EXPECT_FALSE(plan(all, terms).due);
}

TEST(Plan, a_record_that_is_too_old_makes_it_due_whatever_the_ratio) {
  const auto all = segments(10);
  PlanTerms terms{.now_ms = 10'000,
                  .clean_end = Offset(90),
                  .stable_end = Offset(100),
                  .max_lag_ms = 1000,
                  .min_dirty_ratio = 0.9,
                  .oldest_dirty_ms = 9000};
  EXPECT_FALSE(plan(all, terms).due);
  terms.now_ms = 10'001;
  EXPECT_TRUE(plan(all, terms).due);
}

TEST(Plan, a_log_that_was_trimmed_beyond_what_was_clean_begins_at_its_first_segment) {
  const auto all = segments(10);
  const std::span<const Segment> rest(all.begin() + 4, all.end());
  EXPECT_EQ(plan(rest, {.clean_end = Offset(20), .stable_end = Offset(100)}).dirty_begin,
            Offset(40));
}

TEST(Retention, deletes_the_oldest_segments_that_are_too_old_or_too_much) {
  const auto all = segments(10);  // 100 bytes each, the largest times 0, 1000, … 9000
  RetentionTerms terms{.now_ms = 10'000, .log_bytes = 1050};
  EXPECT_EQ(retained_from(all, terms), Offset(0));
  terms.retention_ms = 7000;
  EXPECT_EQ(retained_from(all, terms), Offset(30)) << "3000 is just young enough";
  terms.retention_bytes = 600;
  EXPECT_EQ(retained_from(all, terms), Offset(40)) << "never below 600";
  terms.retention_ms = -1;
  EXPECT_EQ(retained_from(all, terms), Offset(40));
  terms.retention_bytes = 0;
  EXPECT_EQ(retained_from(all, terms), Offset(100));
  EXPECT_EQ(retained_from({}, terms), Offset(0));
}

TEST(Retention, stops_at_what_stays_and_at_what_has_no_time) {
  auto all = segments(10);
  all[2].max_timestamp_ms = 50'000;
  EXPECT_EQ(retained_from(all, {.now_ms = 40'000, .retention_ms = 10}), Offset(20));
  all[1].max_timestamp_ms = -1;
  EXPECT_EQ(retained_from(all, {.now_ms = 40'000, .retention_ms = 10}), Offset(10));
}

TEST(Group, joins_small_segments_up_to_a_size) {
  auto all = segments(6);
  all[3].size_bytes = 1000;
  const auto groups = group(all, Offset(55), 250);
  ASSERT_EQ(groups.size(), 4U);
  EXPECT_EQ(groups[0].from, Offset(0));
  EXPECT_EQ(groups[0].to, Offset(20));
  EXPECT_EQ(groups[1].to, Offset(30));
  EXPECT_EQ(groups[2].segments, 1U);
  EXPECT_EQ(groups[2].size_bytes, 1000U);
  EXPECT_EQ(groups[3].to, Offset(60));
  EXPECT_TRUE(group(all, Offset(0), 250).empty());
  EXPECT_EQ(group(segments(65, 1), Offset(650), 1000).size(), 2U);
}

}  // namespace
}  // namespace kelp::cleaner
