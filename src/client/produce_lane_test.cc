#include "client/produce_lane.h"

#include <gtest/gtest.h>

namespace kelp::client {
namespace {

void add(ProduceLane& lane, uint64_t number) {
  const std::string value = "v" + std::to_string(number);
  record::NewRecord record;
  record.timestamp_ms = 1000;
  record.value = as_bytes(value);
  lane.add(number, record);
}

void seal(ProduceLane& lane, std::initializer_list<uint64_t> numbers) {
  for (const uint64_t number : numbers) add(lane, number);
  EXPECT_TRUE(lane.seal().has_value());
}

/// Producer, epoch and first sequence of the head, whose CRC is right.
std::string identity_of(ProduceLane& lane) {
  const Slice batch = lane.head_batch();
  const record::BatchView view(batch.bytes());
  EXPECT_TRUE(view.crc_is_right());
  return fmt::format("{} {} {}", view.producer_id(), view.producer_epoch(), view.base_sequence());
}

using Numbers = std::vector<uint64_t>;

TEST(ProduceLane, counts_sequences_over_what_is_stored) {
  ProduceLane lane(3, record::Codec::none);
  lane.identify({42, 1});
  seal(lane, {1, 2});
  seal(lane, {5});
  EXPECT_EQ(identity_of(lane), "42 1 0");
  EXPECT_EQ(identity_of(lane), "42 1 0") << "sent again, it is the same";
  const Delivery delivery = lane.stored(100, -1);
  EXPECT_EQ(delivery.partition, 3);
  EXPECT_EQ(delivery.base_offset, 100);
  EXPECT_EQ(delivery.numbers, (Numbers{1, 2}));
  EXPECT_EQ(identity_of(lane), "42 1 2");
  lane.stored(102, -1);
  EXPECT_FALSE(lane.has_sealed());
}

TEST(ProduceLane, leaves_no_gap_for_what_was_refused) {
  ProduceLane lane(0, record::Codec::zstd);
  lane.identify({42, 0});
  seal(lane, {1, 2});
  seal(lane, {3});
  EXPECT_EQ(identity_of(lane), "42 0 0");
  const Delivery refused = lane.given_up({ErrorCode::invalid_record, "no"});
  EXPECT_FALSE(refused.may_be_stored);
  EXPECT_EQ(refused.numbers, (Numbers{1, 2}));
  EXPECT_TRUE(lane.has_identity());
  EXPECT_EQ(identity_of(lane), "42 0 0");
}

TEST(ProduceLane, takes_another_identity_after_a_doubt) {
  ProduceLane lane(0, record::Codec::none);
  lane.identify({42, 0});
  seal(lane, {1});
  seal(lane, {2});
  lane.head().in_doubt = true;
  EXPECT_TRUE(lane.given_up({ErrorCode::request_timed_out, ""}).may_be_stored);
  EXPECT_FALSE(lane.has_identity());
  lane.identify({43, 0});
  EXPECT_EQ(identity_of(lane), "43 0 0");
}

TEST(ProduceLane, splits_a_batch_into_halves_in_order) {
  ProduceLane lane(0, record::Codec::gzip);
  lane.identify({42, 0});
  seal(lane, {1, 2, 3});
  seal(lane, {4});
  ASSERT_TRUE(lane.split().value());
  EXPECT_EQ(identity_of(lane), "42 0 0");
  EXPECT_EQ(record::BatchView(lane.head_batch().bytes()).record_count(), 1);
  EXPECT_EQ(lane.stored(0, -1).numbers, (Numbers{1}));
  EXPECT_EQ(identity_of(lane), "42 0 1");
  EXPECT_EQ(lane.stored(1, -1).numbers, (Numbers{2, 3}));
  EXPECT_EQ(lane.stored(3, -1).numbers, (Numbers{4}));
}

TEST(ProduceLane, does_not_split_a_single_record) {
  ProduceLane lane(0, record::Codec::none);
  seal(lane, {1});
  EXPECT_FALSE(lane.split().value());
  EXPECT_TRUE(lane.has_sealed());
}

}  // namespace
}  // namespace kelp::client
