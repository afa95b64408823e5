#include "net/request_memory.h"

#include <gtest/gtest.h>

#include <vector>

namespace kelp::net {
namespace {

struct Recorder final : RequestMemory::Waiter {
  void on_memory(size_t bytes) override { given += bytes; }
  size_t given = 0;
};
using Share = RequestMemory::Share;

TEST(RequestMemory, gives_what_is_there_and_gets_it_back) {
  RequestMemory memory(100, 0);
  ASSERT_TRUE(memory.take(60));
  {
    const Share share(memory, 60);
    EXPECT_FALSE(memory.take(50));
    EXPECT_TRUE(memory.take(40));
  }
  EXPECT_EQ(memory.used(), 40U);
}

TEST(RequestMemory, a_wish_larger_than_the_whole_is_granted_when_nothing_is_out) {
  RequestMemory memory(100, 0);
  EXPECT_TRUE(memory.take(1000));
  EXPECT_FALSE(memory.take(1));
}

TEST(RequestMemory, the_first_that_waits_is_the_first_served_also_before_smaller_ones) {
  RequestMemory memory(100, 0);
  ASSERT_TRUE(memory.take(90));
  Share out(memory, 90);
  Recorder large;
  Recorder small;
  memory.wait(large, 50, 50);
  EXPECT_FALSE(memory.take(5));
  memory.wait(small, 5, 5);
  out = Share();
  EXPECT_EQ(large.given, 50U);
  EXPECT_EQ(small.given, 5U);
  EXPECT_EQ(memory.waiting(), 0U);
}

TEST(RequestMemory, one_that_stops_waiting_lets_those_behind_it_go_on) {
  RequestMemory memory(100, 0);
  ASSERT_TRUE(memory.take(60));
  const Share out(memory, 60);
  Recorder large;
  Recorder small;
  memory.wait(large, 80, 80);
  memory.wait(small, 30, 30);
  memory.stop_waiting(large);
  EXPECT_EQ(large.given, 0U);
  EXPECT_EQ(small.given, 30U);
}

TEST(RequestMemory, relief_lends_the_first_all_that_it_can_still_want_once_it_has_waited) {
  RequestMemory memory(100, 500);
  ASSERT_TRUE(memory.take(100));
  Recorder first;
  Recorder second;
  memory.wait(first, 10, 450);
  memory.wait(second, 10, 450);
  memory.relieve();
  EXPECT_EQ(first.given, 0U);  // it has not waited for a whole period yet
  memory.relieve();
  EXPECT_EQ(first.given, 450U);
  memory.relieve();
  memory.relieve();
  EXPECT_EQ(second.given, 0U);  // the reserve is out: total and one largest frame is the bound
  EXPECT_EQ(memory.used(), 550U);
}

}  // namespace
}  // namespace kelp::net
