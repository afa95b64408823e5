// TokenBucket: how many changes a client may still order (KIP-599). Filled with `limit` tokens a
// second up to a burst of all windows; it begins full and may be overdrawn by one order. Kafka's
// arithmetic (metrics.stats.TokenBucket). Pure.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "auth/rate_window.h"

namespace kelp::auth {

class TokenBucket {
 public:
  explicit TokenBucket(const QuotaWindows& windows) : windows_(windows) {}

  bool is_overdrawn(double limit, int64_t now_ms) {
    refill(limit, now_ms);
    return tokens_ < 0;
  }
  void take(double tokens, double limit, int64_t now_ms) {
    refill(limit, now_ms);
    tokens_ = std::min(burst(limit), tokens_ - tokens);
    const double missing = burst(limit) - tokens_;
    full_at_ms_ = now_ms + static_cast<int64_t>(std::ceil(missing / limit * 1000));
  }
  /// Until it is not overdrawn any more; 0 when it is not.
  int64_t throttle_ms(double limit, int64_t now_ms) {
    if (!is_overdrawn(limit, now_ms)) return 0;
    return static_cast<int64_t>(std::floor((-tokens_ / limit * 1000) + 0.5));
  }
  /// From then on it is as one that nothing was taken from.
  int64_t blank_at_ms() const { return full_at_ms_; }

 private:
  double burst(double limit) const {
    return static_cast<double>(windows_.span_ms()) / 1000 * limit;
  }
  void refill(double limit, int64_t now_ms) {
    const double most = burst(limit);
    if (is_new_) tokens_ = most;
    is_new_ = false;
    const double elapsed = static_cast<double>(now_ms - filled_at_ms_) / 1000;
    tokens_ = std::min(most, tokens_ + (limit * elapsed));
    filled_at_ms_ = now_ms;
  }

  QuotaWindows windows_;
  bool is_new_ = true;
  double tokens_ = 0;
  int64_t filled_at_ms_ = 0;
  int64_t full_at_ms_ = 0;
};

}  // namespace kelp::auth
