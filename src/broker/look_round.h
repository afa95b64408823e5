// LookRound: every open replica of a shard, one after the other, for those who look at all of them
// now and then. Used on that shard, over suspensions.
#pragma once

#include <memory>
#include <vector>

#include "broker/shard_state.h"

namespace kelp::broker {

class LookRound {
 public:
  explicit LookRound(const ShardState& state) : replicas_(state.replicas()) {}

  /// Nothing at the end. Those that close meanwhile are passed over.
  std::shared_ptr<Replica> next() {
    while (next_ < replicas_.size()) {
      std::shared_ptr<Replica> replica = std::move(replicas_[next_++]);
      if (!replica->closing()) return replica;
    }
    return nullptr;
  }
  /// Whether the loop should have its turn before the next one.
  bool is_turn_over() const { return next_ % kReplicasPerTurn == 0; }

 private:
  /// Well below what stalls the loop.
  static constexpr size_t kReplicasPerTurn = 256;

  std::vector<std::shared_ptr<Replica>> replicas_;
  size_t next_ = 0;
};

}  // namespace kelp::broker
