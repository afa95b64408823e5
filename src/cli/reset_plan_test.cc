#include "cli/reset_plan.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>

namespace kelp::cli {
namespace {

/// t:0 holds 10 to 19 and the group is at 15; t:1 is empty at 7 and the group was never there.
std::map<client::TopicPartition, PartitionOffsets> two_partitions() {
  return {{{"t", 0}, {10, 20, 15, std::nullopt}}, {{"t", 1}, {7, 7, std::nullopt, std::nullopt}}};
}

/// "15>10 ->7": current and next of each; "!N" where N was asked for and is not there.
std::string planned(ResetTarget target, std::map<client::TopicPartition, PartitionOffsets> known) {
  const auto plan = plan_reset(target, known);
  if (!plan.has_value()) return plan.error().what;
  std::string text;
  for (const PlannedReset& each : *plan) {
    if (!text.empty()) text += ' ';
    text += each.current.has_value() ? std::to_string(*each.current) : "-";
    text += '>' + std::to_string(each.next);
    if (each.asked.has_value()) text += '!' + std::to_string(*each.asked);
  }
  return text;
}

TEST(ResetPlan, goes_to_the_ends_and_stays) {
  EXPECT_EQ(planned({ResetKind::earliest}, two_partitions()), "15>10 ->7");
  EXPECT_EQ(planned({ResetKind::latest}, two_partitions()), "15>20 ->7");
  EXPECT_EQ(planned({ResetKind::current}, two_partitions()), "15>15 ->7");
}

TEST(ResetPlan, keeps_a_current_offset_that_the_log_has_left_behind) {
  EXPECT_EQ(planned({ResetKind::current}, {{{"t", 0}, {10, 20, 3, std::nullopt}}}), "3>3");
}

TEST(ResetPlan, takes_the_nearest_end_of_the_partition) {
  EXPECT_EQ(planned({ResetKind::offset, 12}, two_partitions()), "15>12 ->7!12");
  EXPECT_EQ(planned({ResetKind::offset, 21}, {{{"t", 0}, {10, 20, 15, {}}}}), "15>20!21");
  EXPECT_EQ(planned({ResetKind::offset, 20}, {{{"t", 0}, {10, 20, 15, {}}}}), "15>20");
  EXPECT_EQ(planned({ResetKind::offset, 0}, {{{"t", 0}, {10, 20, 15, {}}}}), "15>10!0");
}

TEST(ResetPlan, shifts_from_the_current_offset_without_overflow) {
  const std::map<client::TopicPartition, PartitionOffsets> one{{{"t", 0}, {10, 20, 15, {}}}};
  EXPECT_EQ(planned({ResetKind::shift, 3}, one), "15>18");
  EXPECT_EQ(planned({ResetKind::shift, -5}, one), "15>10");
  EXPECT_EQ(planned({ResetKind::shift, -6}, one), "15>10!9");
  EXPECT_EQ(planned({ResetKind::shift, std::numeric_limits<int64_t>::max()}, one), "15>20");
  EXPECT_EQ(planned({ResetKind::shift, 1}, two_partitions()),
            "cannot shift where the group has no committed offset: t:1");
}

TEST(ResetPlan, goes_to_what_was_found_by_time_else_behind_the_last_record) {
  auto known = two_partitions();
  known[{"t", 0}].in_place = 13;
  EXPECT_EQ(planned({ResetKind::time, 1000}, known), "15>13 ->7");
}

TEST(ResetPlan, bounds_what_a_file_says) {
  auto known = two_partitions();
  known[{"t", 0}].in_place = 25;
  known[{"t", 1}].in_place = 7;
  EXPECT_EQ(planned({ResetKind::file}, known), "15>20!25 ->7");
}

}  // namespace
}  // namespace kelp::cli
