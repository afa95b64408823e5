// DiskBudget: keeps the logs of this process within kelp.disk.budget.bytes. When less than a
// sixteenth of it is free, the oldest segments go until an eighth is: of topics with
// cleanup.policy=delete, which are not internal, and not below kelp.disk.budget.floor.bytes. Who
// appends too fast waits for that; when nothing may go, it is refused. Nobody asks it but those who
// need room (broker/disk_account.h). Owner: shard 0. The rules: cleaner/disk_budget.h.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "broker/periodic.h"
#include "broker/shard_state.h"
#include "cleaner/budget_forecast.h"
#include "cleaner/disk_budget.h"
#include "config/broker_config.h"

namespace kelp::broker {

class DiskBudget {
 public:
  DiskBudget(ShardStates& shards, const config::BrokerConfig& config);

  /// When the logs are open.
  void start();
  /// As the settings in force have it. Also when they have changed.
  void configure();
  /// Nobody waits for room any more.
  rt::Task<void> stop();

  /// Any thread.
  DiskBudgetNumbers numbers() const;

 private:
  /// How far one goes for room.
  enum class Depth : uint8_t {
    sealed,  // segments that are closed and durable
    synced,  // closed ones are made durable first
    whole,   // the one that is written to as well
  };
  static constexpr Depth kDepths[] = {Depth::sealed, Depth::synced, Depth::whole};
  /// A log that may lose segments.
  struct Held {
    engine::PartitionId id;
    uint64_t bytes = 0, floor_bytes = 0;
    std::vector<cleaner::Segment> segments;
    bool is_whole = false;  // the last of them is written to
  };

  void settle();
  rt::Task<void> make_room();
  /// Until there is a margin again, and at least so many bytes more fit. How many went.
  rt::Task<uint64_t> evict(uint64_t wanted_bytes);
  rt::Task<uint64_t> evict_at(Depth depth, cleaner::EvictionTerms terms);
  rt::Task<std::vector<Held>> look(ShardState& state, Depth depth) const;
  rt::Task<Held> look_at(std::shared_ptr<Replica> replica, Depth depth) const;
  rt::Task<uint64_t> carry_out(const Held& from, cleaner::Eviction eviction);
  /// What those who append next want, on all shards together.
  rt::Task<uint64_t> wanted_bytes();
  /// Those for whom there is room go on; unless they may wait, the others are refused.
  rt::Task<void> answer(bool may_wait);
  bool is_reached() const { return account_.used() > account_.limit() - margin_bytes_; }
  bool has_room_for(uint64_t bytes) const {
    return bytes <= account_.limit() && account_.used() <= account_.limit() - bytes;
  }
  rt::Task<void> tick();

  ShardStates& shards_;
  DiskAccount& account_;
  const config::BrokerConfig& config_;
  uint64_t margin_bytes_ = 0;
  bool was_fruitless_ = false;  // as it was last looked for room
  rt::TimePoint looked_at_;
  bool is_refusing_ = false;
  rt::Budget turn_{1};
  rt::Gate gate_;
  std::atomic<bool> stopping_{false};  // for who looks on other shards
  /// Whoever asks from another shard may come too late.
  const std::shared_ptr<DiskBudget*> alive_ = std::make_shared<DiskBudget*>(this);

  cleaner::BudgetForecast forecast_;
  uint64_t evicted_said_ = 0;
  std::atomic<uint64_t> evicted_segments_{0}, evicted_bytes_{0};
  std::atomic<int64_t> reached_in_ms_{-1};
  Periodic periodic_;
};

}  // namespace kelp::broker
