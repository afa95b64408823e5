#include "broker/log_retention.h"

#include "base/log.h"
#include "broker/log_cleaning.h"
#include "cleaner/retention.h"

namespace kelp::broker {
namespace {

/// Logs that are looked at in one turn of the loop: well below what stalls it.
constexpr size_t kLogsPerTurn = 256;

rt::Task<void> retain(std::shared_ptr<Replica> replica, int64_t now_ms) {
  // What of it is sealed is what a cleaning would see too.
  const auto plan = co_await plan_cleaning(replica, now_ms);
  if (!plan || replica->closing()) co_return;
  const config::TopicConfig& config = replica->config();
  cleaner::RetentionTerms terms;
  terms.now_ms = now_ms;
  terms.retention_ms = config.retention_ms;
  terms.retention_bytes = config.retention_bytes;
  terms.log_bytes = replica->log().size_bytes();
  const Offset from = cleaner::retained_from(plan->segments, terms);
  const Offset start = replica->earliest().offset;
  if (from <= start) co_return;
  const TrimOutcome trimmed = co_await replica->delete_records(from.value());
  if (trimmed.error != ErrorCode::none) co_return;  // said there
  log_info("{}: offsets {} to {} are beyond retention.ms or retention.bytes: deleted",
           replica->name(), start, from - int64_t{1});
}

}  // namespace

void LogRetention::start() {
  if (gate_.closed()) return;
  const auto pause = std::chrono::milliseconds(config_.retention_check_interval_ms);
  timer_ = rt::Shard::current().call_at(rt::Clock::now() + pause, [this] {
    timer_.reset();
    run().detach();
  });
}

rt::Task<void> LogRetention::stop() {
  if (timer_) rt::Shard::current().cancel(*std::exchange(timer_, std::nullopt));
  co_await gate_.close();
}

rt::Task<void> LogRetention::run() {
  const rt::Gate::Pass pass = gate_.enter();
  co_await apply(rt::wall_clock_ms());
  start();
}

rt::Task<void> LogRetention::apply(int64_t now_ms) {
  for (size_t i = 0; i < shards_.size() && !gate_.closed(); ++i) {
    ShardState& state = shards_.at(i);
    auto there = [this, &state, now_ms] { return apply_on(state, now_ms); };
    co_await rt::call_on(state.shard(), there);
  }
}

rt::Task<void> LogRetention::apply_on(ShardState& state, int64_t now_ms) {
  const ClusterRef image = state.image();
  if (image == nullptr) co_return;
  size_t looked_at = 0;
  for (const auto& [name, topic] : image->topics()) {
    for (size_t index = 0; index < topic->partitions.size(); ++index) {
      const config::TopicConfig& config = *topic->partitions[index].config;
      const bool is_bounded = config.retention_ms >= 0 || config.retention_bytes >= 0;
      if (!config.cleanup_delete || !is_bounded) continue;
      const auto replica = state.find(topic->partition_id(static_cast<int32_t>(index)));
      if (replica == nullptr || replica->closing()) continue;
      co_await retain(replica, now_ms);
      if (++looked_at % kLogsPerTurn == 0) co_await rt::sleep_until(rt::Clock::now());
    }
  }
}

}  // namespace kelp::broker
