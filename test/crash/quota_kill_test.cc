// kill -9 while quotas are altered: a request is wholly there or not at all, and what was answered
// is there.
#include <gtest/gtest.h>

#include <chrono>
#include <set>

#include "client/kelp_process.h"
#include "client/quota_requests.h"

namespace kelp::test {
namespace {

constexpr int kRounds = 15;
constexpr int kEntities = 40;
/// Alterations of a round before the kill: a few that are answered, and one that is under way.
constexpr int kAnswered = 3;

wire::AlterClientQuotasRequest set_all(int value) {
  wire::AlterClientQuotasRequest request;
  for (int i = 0; i < kEntities; ++i) {
    add_entry(request, {{"user", "u" + std::to_string(i)}},
              {{"producer_byte_rate", static_cast<double>(value)}});
  }
  return request;
}

TEST(QuotaKill, an_alteration_is_wholly_there_or_not_at_all) {
  const TempDir dir;
  int value = 0;
  for (int round = 0; round < kRounds; ++round) {
    KelpProcess kelp({{}, dir.path().string(), 0});
    ASSERT_TRUE(kelp.start());
    auto client = TypedClient::connect("127.0.0.1", kelp.port());
    ASSERT_TRUE(client.has_value());
    const auto described =
        client->call<wire::DescribeClientQuotasResponse>(wire::DescribeClientQuotasRequest(), 1);
    ASSERT_TRUE(described.has_value());
    std::set<int> values;
    for (const auto& entry : *described->entries) {
      values.insert(static_cast<int>(entry.values.at(0).value));
    }
    if (round > 0) {
      ASSERT_EQ(described->entries->size(), static_cast<size_t>(kEntities));
      ASSERT_EQ(values.size(), 1U) << "of one request";
      EXPECT_GE(*values.begin(), value);
      EXPECT_LE(*values.begin(), value + 1) << "the one that was under way";
      value = *values.begin();
    }
    for (int i = 0; i < kAnswered; ++i) {
      ASSERT_TRUE(client->call<wire::AlterClientQuotasResponse>(set_all(++value), 1).has_value());
    }
    ASSERT_TRUE(client->send(set_all(value + 1), 1).has_value());
    // Sometimes before it is written, sometimes behind.
    const auto soon = std::chrono::microseconds(100 * (round % 8));
    client->raw().readable(std::chrono::steady_clock::now() + soon);
    kelp.kill();
  }
}

}  // namespace
}  // namespace kelp::test
