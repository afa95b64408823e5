#include "cleaner/disk_budget.h"

#include <gtest/gtest.h>

#include "cleaner/budget_forecast.h"

namespace kelp::cleaner {
namespace {

/// Segments of `size` bytes, the newest timestamps of which are given.
LogUsage log_of(size_t topic, uint64_t size, const std::vector<int64_t>& timestamps_ms) {
  LogUsage log;
  log.topic = topic;
  for (const int64_t timestamp_ms : timestamps_ms) {
    const auto base = static_cast<int64_t>(log.segments.size()) * 10;
    log.segments.push_back({Offset(base), Offset(base + 10), size, timestamp_ms});
  }
  return log;
}

/// How many segments each log loses.
std::vector<size_t> lost(const std::vector<TopicUsage>& topics, const std::vector<LogUsage>& logs,
                         EvictionTerms terms) {
  std::vector<size_t> result(logs.size());
  for (const Eviction& eviction : choose_evictions(topics, logs, terms)) {
    result[eviction.log] = eviction.segments;
    uint64_t bytes = 0;
    for (size_t i = 0; i < eviction.segments; ++i) {
      bytes += logs[eviction.log].segments[i].size_bytes;
    }
    EXPECT_EQ(eviction.bytes, bytes);
  }
  return result;
}

using Counts = std::vector<size_t>;

TEST(DiskBudget, takes_nothing_while_there_is_room) {
  EXPECT_EQ(lost({{300, 0}}, {log_of(0, 100, {1, 2, 3})}, {300, 300}), Counts{0});
  EXPECT_TRUE(choose_evictions({}, {}, {500, 300}).empty());
}

TEST(DiskBudget, takes_the_oldest_segments_and_no_more_than_it_must) {
  const std::vector<LogUsage> logs = {log_of(0, 100, {1, 4, 5}), log_of(0, 100, {2, 3, 6})};
  EXPECT_EQ(lost({{600, 0}}, logs, {600, 500}), (Counts{1, 0}));
  EXPECT_EQ(lost({{600, 0}}, logs, {600, 499}), (Counts{1, 1}));
  EXPECT_EQ(lost({{600, 0}}, logs, {600, 250}), (Counts{2, 2}));
  EXPECT_EQ(lost({{600, 0}}, logs, {600, 0}), (Counts{3, 3}));
}

TEST(DiskBudget, a_topic_within_its_share_keeps_its_old_data_from_one_that_writes_much) {
  const std::vector<LogUsage> logs = {log_of(0, 100, {1, 2}),
                                      log_of(1, 100, {50, 51, 52, 53, 54, 55, 56, 57})};
  const std::vector<TopicUsage> topics = {{200, 0}, {800, 0}};
  EXPECT_EQ(lost(topics, logs, {1000, 600}), (Counts{0, 4}));
  // 150 each: both are above it, and the oldest of them goes first.
  EXPECT_EQ(lost(topics, logs, {1000, 300}), (Counts{1, 6}));
}

TEST(DiskBudget, a_topic_within_its_share_gives_when_the_others_have_no_more) {
  const std::vector<LogUsage> logs = {log_of(0, 100, {1, 2}), log_of(1, 100, {50})};
  EXPECT_EQ(lost({{200, 0}, {800, 0}}, logs, {1000, 800}), (Counts{1, 1}));
}

TEST(DiskBudget, what_may_not_be_evicted_makes_the_shares_smaller) {
  const std::vector<LogUsage> logs = {log_of(0, 100, {1, 2, 3}), log_of(1, 100, {4, 5, 6, 7})};
  // 1000 of 1700 belong to others, which leaves 250 for each of the two.
  EXPECT_EQ(lost({{300, 0}, {400, 0}}, logs, {1700, 1500}), (Counts{1, 1}));
  EXPECT_EQ(lost({{300, 0}, {400, 0}}, logs, {1700, 900}), (Counts{3, 4}));
}

TEST(DiskBudget, no_topic_is_brought_below_its_floor) {
  const std::vector<LogUsage> logs = {log_of(0, 100, {1, 2, 3}), log_of(1, 100, {4, 5, 6})};
  EXPECT_EQ(lost({{350, 200}, {300, 0}}, logs, {650, 0}), (Counts{1, 3}));
  EXPECT_EQ(lost({{300, 300}, {300, 300}}, logs, {600, 0}), (Counts{0, 0}));
  // The floor is the topic's, whatever partitions its bytes are in.
  const std::vector<LogUsage> partitions = {log_of(0, 100, {1, 2}), log_of(0, 100, {3, 4})};
  EXPECT_EQ(lost({{400, 100}}, partitions, {400, 0}), (Counts{2, 1}));
}

TEST(DiskBudget, of_segments_of_the_same_age_those_of_the_larger_topic_go_first) {
  const std::vector<LogUsage> logs = {log_of(0, 100, {-1, -1, -1}), log_of(1, 100, {-1, -1, -1})};
  EXPECT_EQ(lost({{300, 0}, {900, 0}}, logs, {1200, 1000}), (Counts{0, 2}));
}

TEST(BudgetForecast, knows_nothing_of_logs_that_do_not_grow) {
  BudgetForecast forecast;
  EXPECT_EQ(forecast.ms_until(1000), std::nullopt);
  forecast.observe(0, 500);
  EXPECT_EQ(forecast.ms_until(1000), std::nullopt);
  forecast.observe(1000, 500);
  EXPECT_EQ(forecast.ms_until(1000), std::nullopt);
  forecast.observe(2000, 400);
  EXPECT_EQ(forecast.ms_until(1000), std::nullopt);
}

TEST(BudgetForecast, goes_by_the_rate_of_growth) {
  BudgetForecast forecast;
  forecast.observe(0, 0);
  forecast.observe(1000, 100);
  EXPECT_EQ(forecast.ms_until(1000), 9000);
  EXPECT_EQ(forecast.ms_until(100), 0);
  EXPECT_DOUBLE_EQ(forecast.bytes_per_second(), 100);
  for (int i = 2; i < 100; ++i) forecast.observe(i * 1000, static_cast<uint64_t>(i - 1) * 200);
  EXPECT_NEAR(forecast.bytes_per_second(), 200, 1);
}

TEST(BudgetForecast, speaks_when_little_time_is_left_and_then_seldom) {
  constexpr int64_t kHour = 3'600'000;
  BudgetForecast forecast;
  EXPECT_FALSE(forecast.is_worth_saying(0, std::nullopt));
  EXPECT_FALSE(forecast.is_worth_saying(0, 7 * kHour));
  EXPECT_TRUE(forecast.is_worth_saying(1000, 5 * kHour));
  EXPECT_FALSE(forecast.is_worth_saying(11'000, 5 * kHour));
  EXPECT_TRUE(forecast.is_worth_saying(21'000, 2 * kHour)) << "much less";
  EXPECT_FALSE(forecast.is_worth_saying(620'999, 2 * kHour));
  EXPECT_TRUE(forecast.is_worth_saying(621'000, 2 * kHour)) << "ten minutes later";
}

}  // namespace
}  // namespace kelp::cleaner
