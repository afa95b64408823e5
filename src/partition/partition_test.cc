#include "partition/partition.h"

#include <gtest/gtest.h>

#include <fstream>

#include "record/builder.h"

namespace kelp::partition {
namespace {

struct Producer {
  int64_t id = 7;
  int16_t epoch = 0;
  int32_t sequence = 0;
};

/// A batch of `records` records as it would be appended to `log`.
Slice batch(const Partition& log, int32_t records, std::optional<Producer> producer = {},
            Epoch epoch = Epoch(0), int64_t timestamp_ms = 1000) {
  record::BatchOptions options;
  options.base_offset = log.end();
  options.leader_epoch = epoch;
  if (producer.has_value()) {
    options.producer_id = producer->id;
    options.producer_epoch = producer->epoch;
    options.base_sequence = producer->sequence;
  }
  record::BatchBuilder builder(options);
  for (int32_t i = 0; i < records; ++i) {
    record::NewRecord record;
    record.timestamp_ms = timestamp_ms;
    builder.add(record);
  }
  return *builder.build();
}

void append(Partition& log, const Slice& bytes) { log.appended(record::BatchView(bytes.bytes())); }
Placement place(const Partition& log, const Slice& bytes) {
  return log.place(record::BatchView(bytes.bytes()));
}

TEST(Partition, offsets_are_dense) {
  Partition log;
  append(log, batch(log, 3));
  append(log, batch(log, 2));
  EXPECT_EQ(log.end(), Offset(5));
  EXPECT_EQ(log.high_watermark(), Offset(5));
  EXPECT_EQ(place(log, batch(log, 1)).base, Offset(5));
}

TEST(Partition, of_a_shared_log_a_batch_is_known_before_it_has_a_place) {
  Partition log;
  const Slice first = batch(log, 3, Producer{7, 0, 0});
  const Slice second = batch(log, 2, Producer{7, 0, 3});
  log.sent(record::BatchView(first.bytes()));
  EXPECT_EQ(place(log, second).error, ErrorCode::none);
  EXPECT_TRUE(place(log, first).duplicate);
  EXPECT_EQ(place(log, first).base, Offset(-1));
  log.sent(record::BatchView(second.bytes()));
  // Somebody else wrote in between.
  log.placed(record::BatchView(first.bytes()), Offset(40));
  log.placed(record::BatchView(second.bytes()), Offset(50));
  log.extend_to(Offset(52));
  EXPECT_EQ(place(log, first).base, Offset(40));
  EXPECT_EQ(place(log, second).base, Offset(50));
  EXPECT_EQ(log.producer_states().at(0).newest()->last, Offset(51));
}

TEST(Partition, what_a_shared_log_has_not_taken_may_come_again) {
  Partition log;
  const Slice first = batch(log, 1, Producer{7, 0, 0});
  const Slice second = batch(log, 1, Producer{7, 0, 1});
  log.sent(record::BatchView(first.bytes()));
  log.sent(record::BatchView(second.bytes()));
  log.not_taken(record::BatchView(second.bytes()));
  EXPECT_FALSE(place(log, second).duplicate);
  EXPECT_EQ(place(log, second).error, ErrorCode::none);
  log.not_taken(record::BatchView(first.bytes()));
  EXPECT_EQ(log.producers(), 0U);
}

TEST(Partition, an_unknown_producer_may_begin_with_any_sequence) {
  Partition log;
  for (const int32_t sequence : {0, 7, 2147483646}) {
    EXPECT_EQ(place(log, batch(log, 1, Producer{7, 0, sequence})).error, ErrorCode::none);
  }
}

TEST(Partition, sequences_wrap_after_the_largest) {
  Partition log;
  append(log, batch(log, 2, Producer{7, 0, 2147483646}));
  EXPECT_EQ(place(log, batch(log, 1, Producer{7, 0, 0})).error, ErrorCode::none);
  EXPECT_EQ(place(log, batch(log, 1, Producer{7, 0, 1})).error,
            ErrorCode::out_of_order_sequence_number);
}

TEST(Partition, five_in_flight_with_a_lost_reply_are_recognised) {
  Partition log;
  for (int32_t i = 0; i < 6; ++i) append(log, batch(log, 2, Producer{7, 0, 2 * i}));
  for (int32_t i = 1; i < 6; ++i) {
    const Placement again = place(log, batch(log, 2, Producer{7, 0, 2 * i}));
    EXPECT_TRUE(again.duplicate);
    EXPECT_EQ(again.base, Offset(2 * i));
    EXPECT_EQ(again.duplicate_timestamp_ms, 1000);
  }
  EXPECT_EQ(place(log, batch(log, 2, Producer{7, 0, 0})).error,
            ErrorCode::out_of_order_sequence_number);
}

TEST(Partition, the_same_first_sequence_with_another_count_is_no_duplicate) {
  Partition log;
  append(log, batch(log, 2, Producer{7, 0, 0}));
  EXPECT_EQ(place(log, batch(log, 3, Producer{7, 0, 0})).error,
            ErrorCode::out_of_order_sequence_number);
}

TEST(Partition, an_older_or_missing_epoch_is_refused_and_a_newer_begins_at_0) {
  Partition log;
  append(log, batch(log, 1, Producer{7, 3, 0}));
  EXPECT_EQ(place(log, batch(log, 1, Producer{7, 2, 1})).error, ErrorCode::invalid_producer_epoch);
  EXPECT_EQ(place(log, batch(log, 1, Producer{7, -1, 1})).error, ErrorCode::invalid_producer_epoch);
  EXPECT_EQ(place(log, batch(log, 1, Producer{7, 4, 1})).error,
            ErrorCode::out_of_order_sequence_number);
  EXPECT_EQ(place(log, batch(log, 1, Producer{7, 4, 0})).error, ErrorCode::none);
}

TEST(Partition, the_longest_idle_producer_goes_when_there_are_too_many) {
  ProducerStates states;
  for (size_t i = 0; i <= kMaxProducers; ++i) {
    ProducedBatch batch;
    batch.producer_id = static_cast<int64_t>(i);
    batch.producer_epoch = 0;
    batch.first_sequence = batch.last_sequence = 0;
    batch.max_timestamp_ms = static_cast<int64_t>(i);
    states.appended(batch);
  }
  EXPECT_EQ(states.size(), kMaxProducers);
  ProducedBatch again;
  again.producer_id = 0;
  again.producer_epoch = 0;
  again.first_sequence = again.last_sequence = 5;
  EXPECT_EQ(states.judge(again).error, ErrorCode::none) << "it was forgotten";
  again.producer_id = 1;
  EXPECT_EQ(states.judge(again).error, ErrorCode::out_of_order_sequence_number);
}

TEST(Partition, idle_producers_expire) {
  Partition log;
  append(log, batch(log, 1, Producer{7, 0, 0}, Epoch(0), 1000));
  append(log, batch(log, 1, Producer{8, 0, 0}, Epoch(0), 2000));
  log.expire_producers(1500);
  EXPECT_EQ(log.producers(), 1U);
}

TEST(Partition, knows_where_each_epoch_ended) {
  Partition log;
  append(log, batch(log, 3, {}, Epoch(0)));
  append(log, batch(log, 2, {}, Epoch(2)));
  append(log, batch(log, 4, {}, Epoch(2)));
  EXPECT_EQ(log.end_of(Epoch(0))->end, Offset(3));
  EXPECT_EQ(log.end_of(Epoch(1))->end, Offset(3));
  EXPECT_EQ(log.end_of(Epoch(1))->epoch, Epoch(0));
  EXPECT_EQ(log.end_of(Epoch(2))->end, Offset(9));
  EXPECT_FALSE(log.end_of(Epoch(3)).has_value());
  EXPECT_FALSE(log.end_of(Epoch(-1)).has_value());
  log.trimmed(Offset(4));
  EXPECT_FALSE(log.end_of(Epoch(1)).has_value());
  EXPECT_EQ(log.end_of(Epoch(2))->end, Offset(9));
}

TEST(Partition, knows_the_first_batch_with_the_largest_timestamp) {
  Partition log;
  EXPECT_FALSE(log.largest_timestamp().has_value());
  append(log, batch(log, 1, {}, Epoch(0), 500));
  append(log, batch(log, 1, {}, Epoch(0), 900));
  append(log, batch(log, 1, {}, Epoch(0), 900));
  EXPECT_EQ(log.largest_timestamp()->batch_base, Offset(1));
  log.trimmed(Offset(2));
  EXPECT_FALSE(log.largest_timestamp().has_value()) << "the log has to be asked";
}

Partition busy() {
  Partition log;
  append(log, batch(log, 3, Producer{7, 0, 0}, Epoch(0)));
  append(log, batch(log, 3, Producer{7, 0, 3}, Epoch(1)));
  append(log, batch(log, 1, Producer{9, 4, 0}, Epoch(1), 7000));
  log.trimmed(Offset(1));
  return log;
}

TEST(PartitionSnapshot, holds_everything) {
  const Partition log = busy();
  const auto restored = Partition::decode_snapshot(log.encode_snapshot().bytes());
  ASSERT_TRUE(restored.has_value());
  EXPECT_EQ(restored->start(), Offset(1));
  EXPECT_EQ(restored->end(), Offset(7));
  EXPECT_EQ(restored->end_of(Epoch(0))->end, Offset(3));
  EXPECT_EQ(restored->largest_timestamp()->timestamp_ms, 7000);
  EXPECT_TRUE(place(*restored, batch(*restored, 3, Producer{7, 0, 3})).duplicate);
  EXPECT_EQ(place(*restored, batch(*restored, 1, Producer{9, 3, 1})).error,
            ErrorCode::invalid_producer_epoch);
  EXPECT_EQ(restored->encode_snapshot(), log.encode_snapshot());
}

TEST(PartitionSnapshot, is_the_golden_file) {
  std::string hex;
  std::ifstream(std::string(KELP_GOLDEN_DIR) + "/formats/partition-snapshot.hex") >> hex;
  std::string mine;
  const Slice snapshot = busy().encode_snapshot();
  for (const uint8_t byte : snapshot.bytes()) mine += fmt::format("{:02x}", byte);
  EXPECT_EQ(mine, hex);
}

TEST(PartitionSnapshot, is_refused_when_cut_or_changed_anywhere) {
  const Slice good = busy().encode_snapshot();
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(Partition::decode_snapshot(good.bytes().first(size)).has_value()) << size;
  }
  for (size_t at = 0; at < good.size(); ++at) {
    Slice bad = Slice::copy_of(good.bytes());
    bad.patch()[at] ^= 0x10;
    EXPECT_FALSE(Partition::decode_snapshot(bad.bytes()).has_value()) << at;
  }
}

}  // namespace
}  // namespace kelp::partition
