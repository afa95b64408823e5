#include "broker/log_cleaner.h"

#include <algorithm>
#include <random>

#include "base/log.h"

namespace kelp::broker {
namespace {

cleaner::HashSecret random_secret() {
  std::random_device device;
  const auto word = [&] { return uint64_t{device()} << 32 | device(); };
  return {word(), word()};
}

}  // namespace

LogCleaner::LogCleaner(ShardStates& shards, const config::BrokerConfig& config)
    : shards_(shards), config_(config) {
  bounds_.map_bytes = static_cast<uint64_t>(std::max<int64_t>(0, config.cleaner_dedupe_bytes));
  bounds_.bytes_per_second = std::max(1.0, config.cleaner_bytes_per_second);
  bounds_.secret = random_secret();
}

void LogCleaner::start() {
  if (config_.cleaner_enable) arm();
}

void LogCleaner::arm() {
  if (gate_.closed()) return;
  // Also with a pause of 0 there is one: an idle broker shall sleep.
  const auto pause = std::chrono::milliseconds(std::max<int64_t>(10, config_.cleaner_backoff_ms));
  timer_ = rt::Shard::current().call_at(rt::Clock::now() + pause, [this] {
    timer_.reset();
    run().detach();
  });
}

rt::Task<void> LogCleaner::run() {
  const rt::Gate::Pass pass = gate_.enter();
  co_await clean_due(rt::wall_clock_ms());
  arm();
}

rt::Task<void> LogCleaner::stop() {
  bounds_.stopping = true;
  if (timer_) rt::Shard::current().cancel(*std::exchange(timer_, std::nullopt));
  co_await gate_.close();
}

rt::Task<std::vector<LogCleaner::Due>> LogCleaner::find_due(ShardState& state, int64_t now_ms) {
  std::vector<Due> due;
  const ClusterRef image = state.image();
  if (image == nullptr) co_return due;
  for (const auto& [name, topic] : image->topics()) {
    for (size_t index = 0; index < topic->partitions.size(); ++index) {
      if (!topic->partitions[index].config->cleanup_compact) continue;
      const std::shared_ptr<Replica> replica =
          state.find(topic->partition_id(static_cast<int32_t>(index)));
      if (replica == nullptr || replica->closing()) continue;
      const auto plan = co_await plan_cleaning(replica, now_ms);
      if (bounds_.stopping) co_return due;
      if (!plan || !plan->plan.due) continue;
      Due& one = due.emplace_back();
      one.id = topic->partition_id(static_cast<int32_t>(index));
      one.dirty_ratio = plan->plan.dirty_ratio();
    }
  }
  co_return due;
}

rt::Task<void> LogCleaner::clean_due(int64_t now_ms) {
  const rt::Units turn = co_await turn_.take(1);
  std::vector<Due> all;
  for (size_t i = 0; i < shards_.size() && !bounds_.stopping; ++i) {
    ShardState& state = shards_.at(i);
    auto find = [this, &state, now_ms] { return find_due(state, now_ms); };
    const std::vector<Due> due = co_await rt::call_on(state.shard(), find);
    all.insert(all.end(), due.begin(), due.end());
  }
  std::ranges::sort(all, std::ranges::greater(), &Due::dirty_ratio);
  for (const Due& due : all) {
    if (bounds_.stopping) co_return;
    if (!given_up_.contains(due.id)) co_await clean(due, now_ms);
  }
}

rt::Task<void> LogCleaner::clean(Due due, int64_t now_ms) {
  ShardState& state = shards_.owner_of(due.id);
  std::string name;
  const rt::TimePoint begun = rt::Clock::now();
  auto clean_there = [this, &state, &due, &name,
                      now_ms]() -> rt::Task<Result<cleaner::FilterCounts>> {
    const std::shared_ptr<Replica> replica = state.find(due.id);
    if (replica == nullptr) co_return fail(ErrorKind::closed, "deleted");
    name = replica->name();
    auto plan = co_await plan_cleaning(replica, now_ms);
    if (!plan) co_return std::unexpected(std::move(plan.error()));
    co_return co_await clean_log(replica, *std::move(plan), bounds_, now_ms);
  };
  const auto cleaned = co_await rt::call_on(state.shard(), clean_there);
  if (cleaned) {
    ++counts_.cleanings;
    counts_.records_read += cleaned->records_read;
    counts_.records_kept += cleaned->records_kept;
    counts_.bytes_read += cleaned->bytes_read;
    counts_.bytes_kept += cleaned->bytes_kept;
    const std::chrono::duration<double> took = rt::Clock::now() - begun;
    log_info("{}: compacted {} records in {} bytes to {} in {}, {:.3f} s", name,
             cleaned->records_read, cleaned->bytes_read, cleaned->records_kept, cleaned->bytes_kept,
             took.count());
    co_return;
  }
  const ErrorKind kind = cleaned.error().kind;
  // Its end, or a trim at the same time: the next round sees.
  if (kind == ErrorKind::closed || kind == ErrorKind::conflict) co_return;
  ++counts_.failures;
  log_error("{}: cannot be compacted: {}", name, cleaned.error().text());
  if (kind == ErrorKind::malformed || kind == ErrorKind::too_large) given_up_.insert(due.id);
}

}  // namespace kelp::broker
