// LogCleaner: keeps the logs of compacted topics small (cleanup.policy=compact). Every
// log.cleaner.backoff.ms it asks each shard which of its logs are due and cleans them, the dirtiest
// first, one at a time in this process. What is heavy (reading, hashing, writing) runs on a thread
// of its own; a shard only names the next piece. Owner: shard 0. The rules: src/cleaner.
#pragma once

#include <chrono>
#include <set>
#include <vector>

#include "broker/log_cleaning.h"
#include "broker/periodic.h"
#include "broker/shard_state.h"
#include "config/broker_config.h"

namespace kelp::broker {

/// What all cleanings of this process did.
struct CleanerCounts {
  uint64_t cleanings = 0, failures = 0;
  uint64_t records_read = 0, records_kept = 0;
  uint64_t bytes_read = 0, bytes_kept = 0;
};

class LogCleaner {
 public:
  LogCleaner(ShardStates& shards, const config::BrokerConfig& config);

  /// From now on, every so often.
  void start();
  /// What is under way is given up, and leaves its log as it was.
  rt::Task<void> stop();

  /// Cleans what is due at `now_ms`, each log once.
  rt::Task<void> clean_due(int64_t now_ms);

  const CleanerCounts& counts() const { return counts_; }

 private:
  struct Due {
    engine::PartitionId id;
    double dirty_ratio = 0;
  };
  rt::Task<std::vector<Due>> find_due(ShardState& state, int64_t now_ms);
  rt::Task<void> clean(Due due, int64_t now_ms);
  std::chrono::milliseconds pause() const;
  /// As the settings in force have them, which may change while running.
  void settle_bounds();

  ShardStates& shards_;
  const config::BrokerConfig& config_;
  CleaningBounds bounds_;
  CleanerCounts counts_;
  /// Damaged logs: a person has to look at them, and a restart tries again.
  std::set<engine::PartitionId> given_up_;
  rt::Budget turn_{1};
  Periodic periodic_;
};

}  // namespace kelp::broker
