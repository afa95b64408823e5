// RateWindow: how much of something there was in the last windows, and how long a client that had
// too much of it is to wait. Kafka's arithmetic (metrics.stats.Rate over SampledStat, QuotaUtils),
// so that the same traffic is throttled for the same time. Pure: milliseconds are an argument; they
// may stand still, not go back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace kelp::auth {

/// quota.window.num windows of quota.window.size.seconds.
struct QuotaWindows {
  int64_t count = 11;
  int64_t window_ms = 1000;
  int64_t span_ms() const { return count * window_ms; }
  friend bool operator==(const QuotaWindows&, const QuotaWindows&) = default;
};

class RateWindow {
 public:
  explicit RateWindow(const QuotaWindows& windows) : windows_(windows) {}

  /// Negative: what was recorded did not happen after all.
  void record(double amount, int64_t now_ms);
  /// Of the windows that are not over.
  double total(int64_t now_ms);
  /// How long nothing should follow, so that what was recorded makes `limit` a second; 0 when it is
  /// within it.
  int64_t throttle_ms(double limit, int64_t now_ms);

  /// From then on it is as one that nothing was recorded in.
  int64_t blank_at_ms() const { return last_ms_ + windows_.span_ms(); }

 private:
  struct Sample {
    double amount = 0;
    int64_t begun_ms = 0;
    int64_t last_ms = 0;
  };

  void forget_old(int64_t now_ms);
  int64_t measured_ms(int64_t now_ms) const;

  QuotaWindows windows_;
  std::vector<Sample> samples_;  // at most count + 1, used in turn
  size_t current_ = 0;
  int64_t last_ms_ = 0;  // of anything
};

}  // namespace kelp::auth
