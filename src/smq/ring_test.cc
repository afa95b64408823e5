// The ring and its slices, for every count that there is.
#include "smq/ring.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace kelp::smq {
namespace {

TEST(Ring, slices_of_every_count_are_the_whole_ring_and_know_their_index) {
  for (int32_t count = 1; count <= kMaxPartitions; ++count) {
    int32_t at = 0;
    for (int32_t i = 0; i < count; ++i) {
      const RingSlice slice = slice_of(i, count);
      ASSERT_EQ(slice.start, at) << i << " of " << count;
      ASSERT_GT(slice.stop, slice.start) << i << " of " << count;
      ASSERT_EQ(index_of(slice, count), i);
      at = slice.stop;
    }
    ASSERT_EQ(at, kRingSize) << count;
  }
}

TEST(Ring, widths_as_weed_makes_them) {
  EXPECT_EQ(slice_of(1, 6), (RingSlice{420, 840}));
  EXPECT_EQ(slice_of(6, 7), (RingSlice{2160, 2520}));
  EXPECT_EQ(slice_of(10, 11), (RingSlice{2290, 2520}));  // 229 each, the last one 230
}

TEST(Ring, what_is_no_slice_has_no_index) {
  EXPECT_EQ(index_of({0, 421}, 6), std::nullopt);
  EXPECT_EQ(index_of({1, 420}, 6), std::nullopt);
  EXPECT_EQ(index_of({-420, 0}, 6), std::nullopt);
  EXPECT_EQ(index_of({2519, 2520}, 11), std::nullopt);
  EXPECT_EQ(index_of({2520, 2940}, 6), std::nullopt);
  EXPECT_EQ(index_of({0, 2520}, 0), std::nullopt);
  EXPECT_EQ(index_of({0, 2520}, 2521), std::nullopt);
}

TEST(Ring, counts_that_the_broker_would_take_and_die_of_are_refused) {
  for (const int32_t count : {-1, 0, 2521}) EXPECT_FALSE(check_partition_count(count)) << count;
  for (const int32_t count : {1, 2520}) EXPECT_TRUE(check_partition_count(count)) << count;
}

TEST(Ring, slices_come_in_the_order_of_partitions_or_are_refused) {
  std::vector<RingSlice> slices;
  for (int32_t i = 0; i < 7; ++i) slices.push_back(slice_of(i, 7));
  const std::vector<RingSlice> ordered = slices;
  std::ranges::reverse(slices);
  EXPECT_EQ(*in_partition_order(slices), ordered);
  slices[3] = slices[2];
  EXPECT_FALSE(in_partition_order(slices));
  slices.pop_back();
  EXPECT_FALSE(in_partition_order(slices));
  EXPECT_FALSE(in_partition_order({}));
  EXPECT_FALSE(in_partition_order(std::vector<RingSlice>(2521)));
}

}  // namespace
}  // namespace kelp::smq
