// The arithmetic of quotas. The numbers of the first test are those that Kafka 4.3.1 answered to
// the same requests at the same moments.
#include <gtest/gtest.h>

#include "auth/accounts.h"
#include "auth/rate_window.h"
#include "auth/token_bucket.h"

namespace kelp::auth {
namespace {

constexpr QuotaWindows kWindows;

TEST(RateWindow, a_burst_is_throttled_until_it_makes_the_rate) {
  RateWindow window(kWindows);
  for (const double bytes : {3118, 3118, 3112}) {
    window.record(bytes, 1000);
    EXPECT_EQ(window.throttle_ms(1000, 1000), 0) << "ten windows may be used at once";
  }
  window.record(3112, 1045);
  // 12460 bytes at 1000 a second take 12460 ms; 10045 count as gone.
  EXPECT_EQ(window.throttle_ms(1000, 1045), 12460 - 10045);
}

TEST(RateWindow, exactly_the_limit_is_within_it) {
  RateWindow window(kWindows);
  window.record(10'000, 0);
  EXPECT_EQ(window.throttle_ms(1000, 0), 0);
  window.record(1, 0);
  EXPECT_EQ(window.throttle_ms(1000, 0), 1);
}

TEST(RateWindow, what_waited_as_long_as_it_was_told_may_go_on) {
  for (const double limit : {7.0, 1000.0, 123456.0}) {
    RateWindow window(kWindows);
    int64_t now = 5;
    double sent = 0;
    for (int i = 0; i < 200; ++i) {
      window.record(limit * 3, now);
      sent += limit * 3;
      now += window.throttle_ms(limit, now) + 1;
    }
    // Kafka forgets a window a little sooner than it has measured it: up to a tenth more passes.
    EXPECT_LE(sent, limit * (static_cast<double>(now) / 1000 * 1.1 + 11)) << limit;
    EXPECT_GE(sent, limit * static_cast<double>(now) / 1000 * 0.9) << limit;
  }
}

TEST(RateWindow, forgets_what_lies_beyond_its_windows) {
  RateWindow window(kWindows);
  window.record(5000, 100);
  window.record(50, 5100);
  EXPECT_EQ(window.total(11'099), 5050);
  EXPECT_EQ(window.total(11'100), 50) << "eleven seconds after the last of the first window";
  EXPECT_EQ(window.blank_at_ms(), 16'100);
  EXPECT_EQ(window.total(16'100), 0);
}

TEST(RateWindow, as_many_windows_of_whatever_length_as_are_set) {
  constexpr QuotaWindows kTwo{2, 5000};
  RateWindow window(kTwo);
  window.record(5000, 0);
  EXPECT_EQ(window.throttle_ms(1000, 0), 0) << "one full window of five seconds";
  window.record(1000, 1000);
  EXPECT_EQ(window.throttle_ms(1000, 1000), 0);
  window.record(1000, 1000);
  EXPECT_EQ(window.throttle_ms(1000, 1000), 1000);
  for (int64_t now = 2000; now < 100'000; now += 1000) window.record(1, now);
  EXPECT_LE(window.total(100'000), 15) << "no sample is kept for longer";
}

TEST(RateWindow, what_did_not_happen_is_taken_back) {
  RateWindow window(kWindows);
  window.record(20'000, 0);
  window.record(-20'000, 0);
  EXPECT_EQ(window.total(0), 0);
  EXPECT_EQ(window.throttle_ms(1, 0), 0);
}

TEST(TokenBucket, may_be_overdrawn_by_one_order_and_fills_with_time) {
  TokenBucket bucket(kWindows);
  EXPECT_FALSE(bucket.is_overdrawn(1, 0));
  bucket.take(20, 1, 0);  // 11 tokens were there
  EXPECT_TRUE(bucket.is_overdrawn(1, 0));
  EXPECT_EQ(bucket.throttle_ms(1, 0), 9000);
  EXPECT_EQ(bucket.throttle_ms(1, 8951), 49);
  EXPECT_FALSE(bucket.is_overdrawn(1, 9001));
  EXPECT_EQ(bucket.throttle_ms(1, 9001), 0);
  EXPECT_EQ(bucket.blank_at_ms(), 20'000);
}

TEST(TokenBucket, never_holds_more_than_all_windows) {
  TokenBucket bucket(kWindows);
  bucket.take(1, 2, 0);
  bucket.take(23, 2, 1'000'000);  // 22 at most
  EXPECT_EQ(bucket.throttle_ms(2, 1'000'000), 500);
}

AccountId account(const std::string& client_id) {
  AccountId id;
  id.client_id = client_id;
  return id;
}

double recorded(Accounts<RateWindow>& accounts, const std::string& client_id, int64_t now) {
  return accounts.with(account(client_id), now, [&](RateWindow& window) {
    window.record(1, now);
    return window.total(now);
  });
}

TEST(Accounts, each_client_has_its_own_and_idle_ones_go) {
  Accounts<RateWindow> accounts(kWindows);
  EXPECT_EQ(recorded(accounts, "a", 0), 1);
  EXPECT_EQ(recorded(accounts, "a", 1), 2);
  EXPECT_EQ(recorded(accounts, "b", 2), 1);
  EXPECT_EQ(accounts.size(), 2U);
  EXPECT_EQ(recorded(accounts, "c", 11'002), 1);
  EXPECT_EQ(accounts.size(), 1U) << "both were blank";
  EXPECT_EQ(recorded(accounts, "a", 11'003), 1);
}

TEST(Accounts, with_too_many_the_one_goes_that_would_be_forgotten_next) {
  Accounts<RateWindow> accounts(kWindows);
  for (size_t i = 0; i < kMaxAccounts; ++i) {
    recorded(accounts, std::to_string(i), static_cast<int64_t>(i));
  }
  recorded(accounts, "0", 10'000);
  recorded(accounts, "new", 10'000);
  EXPECT_EQ(accounts.size(), kMaxAccounts);
  EXPECT_EQ(recorded(accounts, "0", 10'000), 3) << "it was used since";
  EXPECT_EQ(recorded(accounts, "1", 10'000), 1) << "it began anew";
}

}  // namespace
}  // namespace kelp::auth
