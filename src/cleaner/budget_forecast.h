// When the disk budget will be reached if logs go on growing as they do, and whether that is worth
// a line in the log. Pure: time is an argument.
#pragma once

#include <cstdint>
#include <optional>

namespace kelp::cleaner {

class BudgetForecast {
 public:
  /// What logs take at that moment. Call at about even intervals.
  void observe(int64_t now_ms, uint64_t used_bytes);
  /// Milliseconds until they take so much; nothing if they do not grow, or nobody knows yet.
  std::optional<int64_t> ms_until(uint64_t bytes) const;
  double bytes_per_second() const { return bytes_per_ms_.value_or(0) * 1000; }

  /// Whether to say now that so much time is left: when it is little, again when it has become much
  /// less, and otherwise now and then.
  bool is_worth_saying(int64_t now_ms, std::optional<int64_t> left_ms);

  /// Time enough for a person to do something.
  static constexpr int64_t kHorizonMs = 6 * 3'600'000;
  static constexpr int64_t kRepeatMs = 600'000;

 private:
  struct Seen {
    int64_t at_ms;
    uint64_t bytes;
  };
  std::optional<Seen> last_;
  std::optional<double> bytes_per_ms_;  // the newer the observation, the more it counts
  struct Said {
    int64_t at_ms;
    int64_t left_ms;
  };
  std::optional<Said> said_;
};

}  // namespace kelp::cleaner
