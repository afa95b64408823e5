#include "fetch/session_slots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kelp::fetch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr bool kConsumer = false, kFollower = true;
constexpr int64_t kLater = kUnusedForMs + 1;

class SessionSlotsTest : public testing::Test {
 protected:
  static SessionSlots::Options with(size_t sessions, size_t partitions = 1000) {
    SessionSlots::Options options;
    options.sessions = sessions;
    options.partitions = partitions;
    return options;
  }
  int32_t open(size_t partitions, int64_t now_ms, bool privileged = kConsumer) {
    const auto opened = slots.open(privileged, partitions, now_ms);
    evicted = opened.evicted;
    return opened.id;
  }

  SessionSlots slots{with(2)};
  std::vector<int32_t> evicted;
};

TEST_F(SessionSlotsTest, ids_are_positive_all_different_and_name_their_owner) {
  SessionSlots::Options options = with(100);
  options.owners = 3;
  options.remainder = 2;
  SessionSlots of_owner(options);
  std::set<int32_t> ids;
  for (int i = 0; i < 100; ++i) {
    const int32_t id = of_owner.open(kConsumer, 1, 0).id;
    EXPECT_GT(id, 0);
    EXPECT_EQ(id % 3, 2);
    ids.insert(id);
  }
  EXPECT_EQ(ids.size(), 100U);
}

TEST_F(SessionSlotsTest, no_room_is_id_0_while_all_are_young) {
  open(10, 0);
  open(10, 0);
  EXPECT_EQ(open(1000, kUnusedForMs), 0);  // larger, but nobody is old enough
  EXPECT_EQ(slots.sessions(), 2U);
  SessionSlots none(with(0));
  EXPECT_EQ(none.open(kConsumer, 1, 0).id, 0);
}

TEST_F(SessionSlotsTest, what_was_not_used_for_two_minutes_goes_first) {
  const int32_t first = open(500, 0);
  const int32_t second = open(1, 1);
  EXPECT_NE(open(1, kLater), 0);  // smaller than the one that goes
  EXPECT_THAT(evicted, ElementsAre(first));
  EXPECT_TRUE(slots.touch(second, 1, kLater));
  EXPECT_EQ(slots.evictions(), 1U);
}

TEST_F(SessionSlotsTest, of_the_old_ones_the_smallest_goes_for_one_that_is_no_smaller) {
  const int32_t small = open(10, 0);
  const int32_t large = open(20, 0);
  slots.touch(small, 10, kLater);
  slots.touch(large, 20, kLater);
  EXPECT_EQ(open(9, kLater), 0);
  EXPECT_EQ(open(10, kLater), 0);  // no more worth than the one that would go
  EXPECT_NE(open(11, kLater), 0);
  EXPECT_THAT(evicted, ElementsAre(small));
}

TEST_F(SessionSlotsTest, a_session_that_shrinks_or_grows_is_judged_by_its_present_size) {
  const int32_t one = open(10, 0);
  const int32_t other = open(20, 0);
  slots.touch(one, 10, kLater);
  slots.touch(other, 5, kLater);
  EXPECT_EQ(slots.partitions(), 15U);
  EXPECT_NE(open(6, kLater), 0);
  EXPECT_THAT(evicted, ElementsAre(other));
}

TEST_F(SessionSlotsTest, a_follower_takes_any_consumers_place_and_a_consumer_no_followers) {
  const int32_t consumer = open(10, 0);
  const int32_t follower = open(1, 0, kFollower);
  EXPECT_NE(open(1, 1, kFollower), 0);
  EXPECT_THAT(evicted, ElementsAre(consumer));
  EXPECT_EQ(open(5, 1, kFollower), 0);  // both are young
  slots.touch(follower, 1, kLater);
  EXPECT_EQ(open(500, kUnusedForMs), 0);
  EXPECT_NE(open(500, kLater, kFollower), 0);
}

TEST_F(SessionSlotsTest, closing_gives_its_room_back) {
  const int32_t one = open(10, 0);
  open(10, 0);
  slots.close(one);
  slots.close(one);
  EXPECT_EQ(slots.partitions(), 10U);
  EXPECT_NE(open(10, 0), 0);
  EXPECT_THAT(evicted, IsEmpty());
}

TEST_F(SessionSlotsTest, partitions_of_all_sessions_have_a_bound) {
  slots = SessionSlots(with(10, 100));
  const int32_t one = open(60, 0);
  EXPECT_EQ(open(41, 0), 0);
  const int32_t other = open(40, 0);
  EXPECT_NE(other, 0);
  EXPECT_TRUE(slots.touch(other, 40, 1));
  EXPECT_FALSE(slots.touch(other, 41, 1));  // closed
  EXPECT_EQ(slots.partitions(), 60U);
  EXPECT_NE(open(100, kLater), 0);  // the other one is unused for long
  EXPECT_THAT(evicted, ElementsAre(one));
}

}  // namespace
}  // namespace kelp::fetch
