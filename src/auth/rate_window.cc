#include "auth/rate_window.h"

#include <algorithm>
#include <cmath>

namespace kelp::auth {

void RateWindow::record(double amount, int64_t now_ms) {
  if (samples_.empty()) samples_.push_back({0, now_ms, now_ms});
  if (now_ms - samples_[current_].begun_ms >= windows_.window_ms) {
    // One more than the windows: the oldest overlaps what is measured.
    current_ = (current_ + 1) % static_cast<size_t>(windows_.count + 1);
    if (current_ == samples_.size()) samples_.emplace_back();
    samples_[current_] = {0, now_ms, now_ms};
  }
  samples_[current_].amount += amount;
  samples_[current_].last_ms = now_ms;
  last_ms_ = now_ms;
}

void RateWindow::forget_old(int64_t now_ms) {
  for (Sample& sample : samples_) {
    if (now_ms - sample.last_ms >= windows_.span_ms()) sample = {0, now_ms, now_ms};
  }
}

double RateWindow::total(int64_t now_ms) {
  forget_old(now_ms);
  double total = 0;
  for (const Sample& sample : samples_) total += sample.amount;
  return total;
}

/// Since the oldest sample began, but never less than all windows but one: a client that begins
/// with a burst is not held to the rate of its first millisecond.
int64_t RateWindow::measured_ms(int64_t now_ms) const {
  int64_t oldest = now_ms;
  for (const Sample& sample : samples_) oldest = std::min(oldest, sample.begun_ms);
  int64_t measured = now_ms - oldest;
  const int64_t full = measured / windows_.window_ms;
  measured += std::max<int64_t>(0, windows_.count - 1 - full) * windows_.window_ms;
  return std::max<int64_t>(measured, 1);
}

int64_t RateWindow::throttle_ms(double limit, int64_t now_ms) {
  const double amount = total(now_ms);
  const auto measured = static_cast<double>(measured_ms(now_ms));
  const double rate = amount / (measured / 1000);
  if (rate <= limit) return 0;
  // Java's Math.round.
  return static_cast<int64_t>(std::floor(((rate - limit) / limit * measured) + 0.5));
}

}  // namespace kelp::auth
