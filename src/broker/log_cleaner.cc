#include "broker/log_cleaner.h"

#include <algorithm>
#include <random>

#include "base/log.h"
#include "broker/look_round.h"
#include "config/typed.h"

namespace kelp::broker {
namespace {

cleaner::HashSecret random_secret() {
  std::random_device device;
  const auto word = [&] { return uint64_t{device()} << 32 | device(); };
  return {word(), word()};
}

}  // namespace

LogCleaner::LogCleaner(ShardStates& shards, const config::BrokerConfig& config)
    : shards_(shards),
      config_(config),
      periodic_([this] { return pause(); }, [this] { return clean_due(rt::wall_clock_ms()); }) {
  bounds_.secret = random_secret();
}

void LogCleaner::start() {
  if (config_.cleaner_enable) periodic_.start();
}

std::chrono::milliseconds LogCleaner::pause() const {
  // Also with a pause of 0 there is one: an idle broker shall sleep.
  constexpr int64_t kShortestMs = 10;
  const config::BrokerSettings& settings = *shards_.here().image()->settings();
  const int64_t ms = config::get<"log.cleaner.backoff.ms">(settings, config_.node_id);
  return std::chrono::milliseconds(std::max(kShortestMs, ms));
}

void LogCleaner::settle_bounds() {
  const config::BrokerSettings& settings = *shards_.here().image()->settings();
  const int32_t node = config_.node_id;
  const int64_t map_bytes = config::get<"log.cleaner.dedupe.buffer.size">(settings, node);
  bounds_.map_bytes = static_cast<uint64_t>(std::max<int64_t>(0, map_bytes));
  bounds_.bytes_per_second =
      std::max(1.0, config::get<"log.cleaner.io.max.bytes.per.second">(settings, node));
}

rt::Task<void> LogCleaner::stop() {
  bounds_.stopping = true;
  return periodic_.stop();
}

rt::Task<std::vector<LogCleaner::Due>> LogCleaner::find_due(ShardState& state, int64_t now_ms) {
  std::vector<Due> due;
  for (LookRound round(state); const auto replica = round.next();) {
    if (bounds_.stopping) co_return due;
    if (round.is_turn_over()) co_await rt::sleep_until(rt::Clock::now());
    if (!replica->config().cleanup_compact || replica->is_shared()) continue;
    const auto plan = co_await plan_cleaning(replica, now_ms);
    if (!plan || !plan->plan.due) continue;
    Due& one = due.emplace_back();
    one.id = replica->id();
    one.dirty_ratio = plan->plan.dirty_ratio();
  }
  co_return due;
}

rt::Task<void> LogCleaner::clean_due(int64_t now_ms) {
  const rt::Units turn = co_await turn_.take(1);
  settle_bounds();
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
