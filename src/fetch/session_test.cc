#include "fetch/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kelp::fetch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const TopicKey kTopic = std::string("t");

Wish at(int64_t offset) {
  Wish wish;
  wish.from = Offset(offset);
  return wish;
}

/// The partition was read up to `end`.
Seen seen(int64_t end, size_t record_bytes = 0, int64_t log_start = 0) {
  Seen seen;
  seen.high_watermark = Offset(end);
  seen.log_start = Offset(log_start);
  seen.end = Offset(end);
  seen.record_bytes = record_bytes;
  return seen;
}

Seen failed(ErrorCode error) {
  Seen seen;
  seen.error = error;
  return seen;
}

class SessionTest : public testing::Test {
 protected:
  SessionTest() {
    for (int32_t index = 0; index < 3; ++index)
      session.told(session.ask(kTopic, index, at(5)), seen(5));
  }

  std::vector<int32_t> due() {
    std::vector<int32_t> indexes;
    for (const Slot slot : session.due()) indexes.push_back(session.at(slot).index);
    return indexes;
  }
  Slot slot_of(int32_t index) {
    for (Slot slot = 0; slot < 10; ++slot) {
      if (session.at(slot).index == index) return slot;
    }
    return 0;
  }
  /// Everything that is due was read to its end, and is quiet from now on.
  void quieten() {
    for (const Slot slot : std::vector(session.due())) session.tell(slot, seen(5));
  }

  Session session{Session::Naming::by_name};
};

TEST_F(SessionTest, partitions_are_due_in_the_order_in_which_they_came) {
  EXPECT_THAT(due(), ElementsAre(0, 1, 2));
  EXPECT_FALSE(session.has_quiet());
}

TEST_F(SessionTest, a_partition_read_to_its_end_is_left_alone_until_something_happens) {
  for (const Slot slot : std::vector(session.due())) EXPECT_FALSE(session.tell(slot, seen(5)));
  EXPECT_THAT(due(), IsEmpty());
  EXPECT_TRUE(session.has_quiet());
  session.mark_due(slot_of(2));
  session.mark_due(slot_of(1));
  session.mark_due(slot_of(2));
  EXPECT_THAT(due(), ElementsAre(1, 2));
  session.mark_all_due();
  EXPECT_THAT(due(), ElementsAre(0, 1, 2));
}

TEST_F(SessionTest, records_another_high_watermark_or_log_start_an_error_or_divergence_are_told) {
  const Slot slot = slot_of(0);
  EXPECT_FALSE(session.tell(slot, seen(5)));
  EXPECT_TRUE(session.tell(slot, seen(5, 100)));
  EXPECT_FALSE(session.tell(slot, seen(5)));
  EXPECT_TRUE(session.tell(slot, seen(6)));
  EXPECT_FALSE(session.tell(slot, seen(6)));
  EXPECT_TRUE(session.tell(slot, seen(6, 0, 1)));
  EXPECT_FALSE(session.tell(slot, seen(6, 0, 1)));
  EXPECT_TRUE(session.tell(slot, failed(ErrorCode::offset_out_of_range)));
  EXPECT_TRUE(session.tell(slot, failed(ErrorCode::offset_out_of_range)));
  EXPECT_TRUE(session.tell(slot, seen(6, 0, 1)));  // all is well again
  Seen diverging = seen(6, 0, 1);
  diverging.diverging = true;
  EXPECT_TRUE(session.tell(slot, diverging));
}

TEST_F(SessionTest, what_still_has_something_to_say_stays_due) {
  session.tell(slot_of(0), seen(9));  // there is more, but it did not fit
  session.tell(slot_of(1), failed(ErrorCode::unknown_topic_or_partition));
  session.tell(slot_of(2), seen(5));
  EXPECT_THAT(due(), ElementsAre(0, 1));
}

TEST_F(SessionTest, who_got_records_goes_to_the_end_of_the_order) {
  session.tell(slot_of(0), seen(9, 100));
  session.tell(slot_of(1), seen(9));
  session.tell(slot_of(2), seen(9));
  EXPECT_THAT(due(), ElementsAre(1, 2, 0));
  session.tell(slot_of(1), seen(9, 100));
  EXPECT_THAT(due(), ElementsAre(2, 0, 1));
  session.ask(kTopic, 0, at(9));  // what is asked of it changes, its place does not
  EXPECT_THAT(due(), ElementsAre(2, 0, 1));
}

TEST_F(SessionTest, an_update_makes_its_partition_due_alone) {
  quieten();
  session.ask(kTopic, 1, at(4));
  EXPECT_THAT(due(), ElementsAre(1));
  EXPECT_EQ(session.at(session.due().front()).wish.from, Offset(4));
  EXPECT_EQ(session.size(), 3U);
}

TEST_F(SessionTest, a_forgotten_partition_is_gone_and_its_late_news_are_passed_over) {
  const auto slot = session.forget(kTopic, 1);
  ASSERT_TRUE(slot.has_value());
  EXPECT_EQ(session.forget(kTopic, 1), std::nullopt);
  EXPECT_EQ(session.forget(TopicKey("u"), 0), std::nullopt);
  session.mark_due(*slot);
  session.mark_due(99);
  EXPECT_THAT(due(), ElementsAre(0, 2));
  EXPECT_EQ(session.size(), 2U);
}

TEST_F(SessionTest, a_partition_that_comes_again_is_new_at_the_end_and_takes_no_more_memory) {
  const Slot before = *session.forget(kTopic, 0);
  const Slot after = session.ask(kTopic, 0, at(5));
  EXPECT_EQ(after, before);
  EXPECT_THAT(due(), ElementsAre(1, 2, 0));
  EXPECT_TRUE(session.tell(after, seen(5)));  // nothing was told of it yet
}

TEST_F(SessionTest, topics_by_id_come_and_go) {
  Session by_id(Session::Naming::by_id);
  const TopicKey one = Uuid{{1}}, other = Uuid{{2}};
  by_id.ask(one, 0, at(0));
  by_id.forget(one, 0);
  EXPECT_EQ(by_id.size(), 0U);
  const Slot slot = by_id.ask(other, 7, at(0));
  EXPECT_EQ(by_id.topic(by_id.at(slot).topic), other);
  EXPECT_EQ(by_id.forget(one, 0), std::nullopt);
}

TEST(SessionEpoch, goes_on_from_1_and_over_its_largest_number) {
  Session session(Session::Naming::by_name);
  EXPECT_EQ(session.epoch(), 1);
  session.advance_epoch();
  EXPECT_EQ(session.epoch(), 2);
  EXPECT_EQ(Session::epoch_after(std::numeric_limits<int32_t>::max()), 1);
}

}  // namespace
}  // namespace kelp::fetch
