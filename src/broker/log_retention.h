// LogRetention: old segments of topics with cleanup.policy=delete go, by age (retention.ms) and by
// size (retention.bytes). Looks every log.retention.check.interval.ms at each shard's logs. Owner:
// shard 0. The rules: cleaner/retention.h.
#pragma once

#include <optional>

#include "broker/shard_state.h"
#include "config/broker_config.h"

namespace kelp::broker {

class LogRetention {
 public:
  LogRetention(ShardStates& shards, const config::BrokerConfig& config)
      : shards_(shards), config_(config) {}

  /// From now on, every so often.
  void start();
  rt::Task<void> stop();

  /// Deletes what is too old or too much at `now_ms`.
  rt::Task<void> apply(int64_t now_ms);

 private:
  rt::Task<void> apply_on(ShardState& state, int64_t now_ms);
  rt::Task<void> run();

  ShardStates& shards_;
  const config::BrokerConfig& config_;
  std::optional<rt::Shard::TimerKey> timer_;
  rt::Gate gate_;
};

}  // namespace kelp::broker
