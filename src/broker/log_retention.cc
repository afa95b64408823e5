#include "broker/log_retention.h"

#include "base/log.h"
#include "broker/log_cleaning.h"
#include "broker/look_round.h"
#include "cleaner/retention.h"

namespace kelp::broker {
namespace {

rt::Task<void> retain(std::shared_ptr<Replica> replica, int64_t now_ms) {
  auto sealed = co_await sealed_part(replica);
  if (!sealed || replica->closing()) co_return;
  const auto active = co_await active_part(replica, *sealed);
  if (replica->closing()) co_return;
  if (active) sealed->segments.push_back(*active);
  const config::TopicConfig& config = replica->config();
  cleaner::RetentionTerms terms;
  terms.now_ms = now_ms;
  terms.retention_ms = config.retention_ms;
  terms.retention_bytes = config.retention_bytes;
  terms.log_bytes = replica->log().size_bytes();
  const Offset from = cleaner::retained_from(sealed->segments, terms);
  const Offset start = replica->earliest().offset;
  if (from <= start) co_return;
  const TrimOutcome trimmed = co_await replica->delete_records(from.value());
  if (trimmed.error != ErrorCode::none) co_return;  // said there
  log_info("{}: offsets {} to {} are beyond retention.ms or retention.bytes: deleted",
           replica->name(), start, from - int64_t{1});
}

}  // namespace

LogRetention::LogRetention(ShardStates& shards, const config::BrokerConfig& config)
    : shards_(shards),
      periodic_([&config] { return std::chrono::milliseconds(config.retention_check_interval_ms); },
                [this] { return apply(rt::wall_clock_ms()); }) {}

rt::Task<void> LogRetention::apply(int64_t now_ms) {
  for (size_t i = 0; i < shards_.size() && !periodic_.stopping(); ++i) {
    ShardState& state = shards_.at(i);
    auto there = [this, &state, now_ms] { return apply_on(state, now_ms); };
    co_await rt::call_on(state.shard(), there);
  }
}

rt::Task<void> LogRetention::apply_on(ShardState& state, int64_t now_ms) {
  for (LookRound round(state); const auto replica = round.next();) {
    const config::TopicConfig& config = replica->config();
    const bool is_bounded = config.retention_ms >= 0 || config.retention_bytes >= 0;
    const bool applies = config.cleanup_delete && is_bounded && !replica->is_shared();
    if (applies) co_await retain(replica, now_ms);
    if (round.is_turn_over()) co_await rt::sleep_until(rt::Clock::now());
  }
}

}  // namespace kelp::broker
