#include "rt/side_by_side.h"

#include <gtest/gtest.h>

#include "rt/test_shard.h"

namespace kelp::rt {
namespace {

struct SideBySide : testing::Test {
  void SetUp() override { shard.start(); }
  Shard shard{0};
};

TEST_F(SideBySide, every_work_is_done_and_no_more_are_under_way_than_may_be) {
  std::vector<int> done(1000);
  size_t under_way = 0, most = 0;
  const Result<void> outcome = run_on(shard, [&]() -> Task<Result<void>> {
    auto one = [&](size_t which) -> Task<Result<void>> {
      most = std::max(most, ++under_way);
      if (which % 7 == 0) co_await sleep_until(Clock::now());
      ++done[which];
      --under_way;
      co_return Result<void>();
    };
    co_return co_await side_by_side(done.size(), 5, one);
  });
  EXPECT_TRUE(outcome.has_value());
  EXPECT_EQ(done, std::vector<int>(1000, 1));
  EXPECT_EQ(most, 5U);
}

TEST_F(SideBySide, after_an_error_no_further_work_is_begun) {
  std::vector<size_t> begun;
  const Result<void> outcome = run_on(shard, [&]() -> Task<Result<void>> {
    auto one = [&](size_t which) -> Task<Result<void>> {
      begun.push_back(which);
      co_await sleep_until(Clock::now());
      if (which == 3) co_return fail(ErrorKind::io, "the third");
      co_return Result<void>();
    };
    co_return co_await side_by_side(100, 2, one);
  });
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().what, "the third");
  EXPECT_LE(begun.size(), 6U);
}

TEST_F(SideBySide, no_work_is_no_work) {
  const Result<void> outcome = run_on(shard, []() -> Task<Result<void>> {
    auto one = [](size_t) -> Task<Result<void>> { co_return fail(ErrorKind::io, "never"); };
    co_return co_await side_by_side(0, 4, one);
  });
  EXPECT_TRUE(outcome.has_value());
}

}  // namespace
}  // namespace kelp::rt
