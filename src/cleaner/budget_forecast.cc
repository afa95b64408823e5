#include "cleaner/budget_forecast.h"

namespace kelp::cleaner {
namespace {

/// How much of the rate is the newest interval's: a burst alone does not make a forecast, and a
/// change of the load shows after a few.
constexpr double kNewest = 0.2;

}  // namespace

void BudgetForecast::observe(int64_t now_ms, uint64_t used_bytes) {
  if (last_ && now_ms > last_->at_ms) {
    const double grown = static_cast<double>(used_bytes) - static_cast<double>(last_->bytes);
    const double rate = grown / static_cast<double>(now_ms - last_->at_ms);
    bytes_per_ms_ = bytes_per_ms_ ? kNewest * rate + (1 - kNewest) * *bytes_per_ms_ : rate;
  }
  last_ = {now_ms, used_bytes};
}

std::optional<int64_t> BudgetForecast::ms_until(uint64_t bytes) const {
  if (!last_ || !bytes_per_ms_ || *bytes_per_ms_ <= 0) return std::nullopt;
  if (last_->bytes >= bytes) return 0;
  const double left_ms = static_cast<double>(bytes - last_->bytes) / *bytes_per_ms_;
  constexpr double kFar = 1e15;
  if (left_ms > kFar) return std::nullopt;
  return static_cast<int64_t>(left_ms);
}

bool BudgetForecast::is_worth_saying(int64_t now_ms, std::optional<int64_t> left_ms) {
  if (!left_ms || *left_ms > kHorizonMs) return false;
  const bool much_less = said_ && *left_ms < said_->left_ms / 2;
  if (said_ && !much_less && now_ms - said_->at_ms < kRepeatMs) return false;
  said_ = {now_ms, *left_ms};
  return true;
}

}  // namespace kelp::cleaner
