#include "client/fetched_records.h"

#include <gtest/gtest.h>

#include "record/control.h"
#include "record/testing.h"

namespace kelp::client {
namespace {

using record::testing::batch_of;
using record::testing::joined;
using wire::FetchResponse;

record::BatchOptions at(int64_t base, int64_t producer_id = -1) {
  record::BatchOptions options;
  options.base_offset = Offset(base);
  if (producer_id >= 0) {
    options.producer_id = producer_id;
    options.producer_epoch = 0;
    options.base_sequence = 0;
    options.transactional = true;
  }
  return options;
}

Slice marker_at(int64_t offset, record::ControlType type, int64_t producer_id) {
  Slice marker = record::end_txn_marker({type, 0}, producer_id, 0, 5000);
  record::set_base_offset(marker.patch(), Offset(offset));
  return marker;
}

FetchResponse::PartitionData answer_of(const std::vector<Slice>& batches) {
  FetchResponse::PartitionData data;
  data.records = joined(batches);
  return data;
}

/// The offsets that are visited, and "| position" or the error.
std::string visited(const FetchResponse::PartitionData& data, int64_t position,
                    Isolation isolation = Isolation::read_uncommitted, size_t at_most = 100) {
  std::string offsets;
  size_t count = 0;
  const auto next = visit_records(data, position, isolation, [&](const FetchedRecord& record) {
    offsets += std::to_string(record.offset) + ' ';
    return ++count < at_most;
  });
  return offsets + "| " + (next.has_value() ? std::to_string(*next) : next.error().what);
}

TEST(FetchedRecords, begin_at_the_position_within_a_batch) {
  const auto data = answer_of({batch_of(3, at(10)), batch_of(2, at(13))});
  EXPECT_EQ(visited(data, 10), "10 11 12 13 14 | 15");
  EXPECT_EQ(visited(data, 12), "12 13 14 | 15");
  EXPECT_EQ(visited(data, 14), "14 | 15");
  EXPECT_EQ(visited(answer_of({}), 7), "| 7");
}

TEST(FetchedRecords, end_where_the_visitor_has_enough) {
  const auto data = answer_of({batch_of(3, at(10))});
  EXPECT_EQ(visited(data, 10, Isolation::read_uncommitted, 2), "10 11 | 12");
}

TEST(FetchedRecords, of_every_codec_are_the_same) {
  for (const record::Codec codec : record::testing::kAllCodecs) {
    auto options = at(0);
    options.codec = codec;
    EXPECT_EQ(visited(answer_of({batch_of(3, options)}), 0), "0 1 2 | 3") << name_of(codec);
  }
}

TEST(FetchedRecords, of_a_cut_batch_are_left_for_the_next_answer) {
  auto data = answer_of({batch_of(3, at(10)), batch_of(2, at(13))});
  data.records = data.records.slice().sub(0, data.records.size() - 1);
  EXPECT_EQ(visited(data, 10), "10 11 12 | 13");
}

TEST(FetchedRecords, of_a_damaged_batch_are_an_error) {
  auto data = answer_of({batch_of(3, at(10))});
  Slice bytes = Slice::copy_of(data.records.slice().bytes());
  bytes.patch()[bytes.size() - 1] ^= 1;
  data.records = bytes;
  EXPECT_EQ(visited(data, 10), "| record batch at 10: its CRC is wrong");
}

TEST(FetchedRecords, leave_control_batches_out_and_pass_over_them) {
  const auto data =
      answer_of({batch_of(2, at(0, 7)), marker_at(2, record::ControlType::commit, 7)});
  EXPECT_EQ(visited(data, 0), "0 1 | 3");
  EXPECT_EQ(visited(data, 0, Isolation::read_committed), "0 1 | 3");
}

TEST(FetchedRecords, read_committed_leave_aborted_transactions_out) {
  // Producer 7 aborts 0-1 and commits 6; producer 8 commits 2-3, between.
  auto data = answer_of(
      {batch_of(2, at(0, 7)), batch_of(2, at(2, 8)), marker_at(4, record::ControlType::abort, 7),
       marker_at(5, record::ControlType::commit, 8), batch_of(1, at(6, 7)), batch_of(1, at(7))});
  data.aborted_transactions = {{7, 0}};
  EXPECT_EQ(visited(data, 0, Isolation::read_committed), "2 3 6 7 | 8");
  EXPECT_EQ(visited(data, 0, Isolation::read_uncommitted), "0 1 2 3 6 7 | 8");
}

}  // namespace
}  // namespace kelp::client
