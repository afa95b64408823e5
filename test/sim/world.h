// The simulator's world: virtual time, a list of what happens when, and the faults that a seed
// chooses. Everything random comes from here, so that a seed repeats itself.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace kelp::sim {

/// What goes wrong in a run, in events of 1,000; and its times.
struct Faults {
  int lost_reply = 0;
  int slow_call = 0;
  int duplicate_call = 0;
  int failed_append = 0;
  int client_crash = 0;       // of its beats
  int client_leave = 0;       // of its beats
  int coordinator_crash = 0;  // of its seconds
  int deletion = 0;           // of the coordinator's seconds
  int removal = 0;            // by an administrator, of the coordinator's seconds
  int64_t append_ms = 5;      // the longest that the log takes
};

class World {
 public:
  explicit World(uint64_t seed) : random_(seed) {}

  int64_t now_ms() const { return now_ms_; }
  /// From `least` to `most`, both included.
  int64_t number(int64_t least, int64_t most) {
    return least + static_cast<int64_t>(random_() % static_cast<uint64_t>(most - least + 1));
  }
  bool happens(int per_thousand) { return number(0, 999) < per_thousand; }

  void after(int64_t delay_ms, std::function<void()> event) {
    events_.emplace(std::pair(now_ms_ + delay_ms, ++sequence_), std::move(event));
  }
  /// Lets the next event happen, unless it is later than that. Whether there was one.
  bool step(int64_t until_ms) {
    if (events_.empty() || events_.begin()->first.first > until_ms) return false;
    auto next = events_.extract(events_.begin());
    now_ms_ = next.key().first;
    next.mapped()();
    return true;
  }

  /// A line of the run's story, kept for a run that fails.
  void tell(std::string line) {
    if (is_told) story.push_back("[" + std::to_string(now_ms_) + "] " + std::move(line));
  }
  /// A broken rule; the first one is the run's result.
  void fail(const std::string& rule) {
    tell("BROKEN: " + rule);
    if (failure.empty()) failure = "at " + std::to_string(now_ms_) + " ms: " + rule;
  }

  Faults faults;
  std::string failure;
  std::vector<std::string> story;
  bool is_told = false;

 private:
  int64_t now_ms_ = 0;
  uint64_t sequence_ = 0;
  std::map<std::pair<int64_t, uint64_t>, std::function<void()>> events_;
  std::mt19937_64 random_;
};

}  // namespace kelp::sim
