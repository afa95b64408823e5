// LogRetention: old segments of topics with cleanup.policy=delete go, by age (retention.ms) and by
// size (retention.bytes). Looks every log.retention.check.interval.ms at each shard's logs. Owner:
// shard 0. The rules: cleaner/retention.h.
#pragma once

#include "broker/periodic.h"
#include "broker/shard_state.h"
#include "config/broker_config.h"

namespace kelp::broker {

class LogRetention {
 public:
  LogRetention(ShardStates& shards, const config::BrokerConfig& config);

  /// From now on, every so often.
  void start() { periodic_.start(); }
  rt::Task<void> stop() { return periodic_.stop(); }

  /// Deletes what is too old or too much at `now_ms`.
  rt::Task<void> apply(int64_t now_ms);

 private:
  rt::Task<void> apply_on(ShardState& state, int64_t now_ms);

  ShardStates& shards_;
  Periodic periodic_;
};

}  // namespace kelp::broker
