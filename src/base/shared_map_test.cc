#include "base/shared_map.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace kelp {
namespace {

using Shared = SharedMap<int, std::string>;
using Plain = std::map<int, std::string>;

void expect_same(const Shared& shared, const Plain& plain) {
  ASSERT_EQ(shared.size(), plain.size());
  auto at = shared.begin();
  for (const auto& [key, value] : plain) {
    ASSERT_NE(at, shared.end());
    ASSERT_EQ(at->first, key);
    ASSERT_EQ(at->second, value);
    ++at;
  }
  EXPECT_EQ(at, shared.end());
}

TEST(SharedMap, holds_what_a_map_holds_and_so_does_every_copy_of_before) {
  std::mt19937 random(7);
  Shared shared;
  Plain plain;
  std::vector<std::pair<Shared, Plain>> before;
  for (int i = 0; i < 6000; ++i) {
    const int key = static_cast<int>(random() % 2000);
    if (random() % 3 == 0) {
      EXPECT_EQ(shared.erase(key), plain.erase(key) == 1);
    } else {
      shared.put(key, std::to_string(i));
      plain[key] = std::to_string(i);
    }
    if (i % 500 == 0) before.emplace_back(shared, plain);
  }
  expect_same(shared, plain);
  for (const auto& [old_shared, old_plain] : before) expect_same(old_shared, old_plain);
}

TEST(SharedMap, finds_keys_and_the_places_between_them) {
  Shared shared;
  EXPECT_EQ(shared.find(1), shared.end());
  EXPECT_EQ(shared.lower_bound(1), shared.end());
  for (int i = 0; i < 1000; ++i) shared.put(2 * i, "");
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(shared.find(2 * i)->first, 2 * i);
    EXPECT_EQ(shared.find(2 * i + 1), shared.end());
    EXPECT_EQ(shared.lower_bound(2 * i - 1)->first, 2 * i);
  }
  EXPECT_EQ(shared.lower_bound(1999), shared.end());
}

TEST(SharedMap, copies_share_what_did_not_change) {
  Shared first;
  for (int i = 0; i < 10'000; ++i) first.put(i, std::to_string(i));
  Shared second = first;
  second.put(5000, "changed");
  size_t shared_entries = 0;
  auto other = second.begin();
  for (auto at = first.begin(); at != first.end(); ++at, ++other) {
    if (&*at == &*other) ++shared_entries;
  }
  EXPECT_GE(shared_entries, 9'800U);
  EXPECT_EQ(first.find(5000)->second, "5000");
  EXPECT_EQ(second.find(5000)->second, "changed");
}

}  // namespace
}  // namespace kelp
