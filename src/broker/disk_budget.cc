#include "broker/disk_budget.h"

#include <algorithm>
#include <map>

#include "base/log.h"
#include "broker/log_cleaning.h"
#include "broker/look_round.h"
#include "config/typed.h"

namespace kelp::broker {
namespace {

/// What is kept free is this part of the budget, so that producers seldom wait.
constexpr uint64_t kMarginParts = 16;
/// What partitions have in the segments that they write to is at most this part of the budget.
constexpr uint64_t kActiveParts = 4;
/// Smaller segments cost more files than they save bytes.
constexpr uint64_t kSmallestSegmentBytes = 64 << 10;
/// When nothing could go, nobody looks again before.
constexpr auto kFruitlessPause = std::chrono::milliseconds(200);
/// Each time that so much of the budget has gone there is a line in the log.
constexpr uint64_t kSaidParts = 4;
/// Between two observations of the forecast.
constexpr auto kTick = std::chrono::seconds(10);

int64_t monotonic_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(rt::Clock::now().time_since_epoch())
      .count();
}

std::string duration_text(int64_t ms) {
  const int64_t minutes = ms / 60'000;
  if (minutes < 1) return fmt::format("{} s", ms / 1000);
  return minutes < 60 ? fmt::format("{} min", minutes)
                      : fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

}  // namespace

DiskBudget::DiskBudget(ShardStates& shards, const config::BrokerConfig& config)
    : shards_(shards),
      account_(shards.disk_account()),
      config_(config),
      periodic_([] { return std::chrono::milliseconds(kTick); }, [this] { return tick(); }) {}

void DiskBudget::start() {
  account_.set_ask([shard = &shards_.at(0).shard(), alive = alive_] {
    shard->post([alive] {
      if (*alive != nullptr) (*alive)->make_room().detach();
    });
  });
  configure();
  periodic_.start();
}

void DiskBudget::settle() {
  const ClusterImage& image = *shards_.here().image();
  const int64_t bytes = config::get<"kelp.disk.budget.bytes">(*image.settings(), config_.node_id);
  if (bytes < 0) {
    margin_bytes_ = 0;
    account_.set_limit(DiskAccount::kUnbounded, DiskAccount::kUnbounded);
    return;
  }
  const auto limit = static_cast<uint64_t>(bytes);
  margin_bytes_ = limit / kMarginParts;
  const uint64_t partitions = std::max<uint64_t>(1, image.partition_count());
  const uint64_t segment_bytes = std::min(margin_bytes_, limit / kActiveParts / partitions);
  account_.set_limit(limit, std::max(kSmallestSegmentBytes, segment_bytes));
}

void DiskBudget::configure() {
  settle();
  account_.ask();
}

rt::Task<void> DiskBudget::stop() {
  stopping_.store(true, std::memory_order_relaxed);
  co_await periodic_.stop();
  *alive_ = nullptr;
  co_await gate_.close();
  co_await answer(false);
}

rt::Task<void> DiskBudget::make_room() {
  const rt::Gate::Pass pass = gate_.enter();
  const rt::Units turn = co_await turn_.take(1);
  if (was_fruitless_) co_await rt::sleep_until(looked_at_ + kFruitlessPause);
  if (gate_.closed()) co_return;  // stop() answers
  settle();
  const uint64_t wanted = co_await wanted_bytes();
  const bool is_urgent = !has_room_for(wanted);
  const bool is_needed = is_urgent || is_reached();
  uint64_t freed = 0;
  if (is_needed) freed = co_await evict(wanted);
  was_fruitless_ = is_needed && freed == 0;
  looked_at_ = rt::Clock::now();
  const bool may_wait = !is_urgent || freed > 0;
  const uint64_t used = account_.used(), limit = account_.limit();
  if (!may_wait && !is_refusing_) {
    log_warn(
        "disk budget: {} of {} bytes are used and nothing may be deleted for it: producers are "
        "refused, consumers are not",
        used, limit);
  }
  if (!may_wait || freed > 0 || !is_needed) is_refusing_ = !may_wait;
  const uint64_t free_bytes = limit - std::min(used, limit);
  account_.rearm(was_fruitless_ ? limit - free_bytes / 2 : limit - margin_bytes_);
  co_await answer(may_wait);
}

rt::Task<uint64_t> DiskBudget::wanted_bytes() {
  uint64_t bytes = 0;
  for (size_t i = 0; i < shards_.size(); ++i) {
    ShardState& state = shards_.at(i);
    auto there = [&state]() -> rt::Task<uint64_t> { co_return state.disk_room().wanted_bytes(); };
    bytes += co_await rt::call_on(state.shard(), there);
  }
  co_return bytes;
}

rt::Task<void> DiskBudget::answer(bool may_wait) {
  for (size_t i = 0; i < shards_.size(); ++i) {
    ShardState& state = shards_.at(i);
    auto there = [&state, may_wait]() -> rt::Task<void> {
      state.disk_room().set_may_wait(may_wait);
      co_return;
    };
    co_await rt::call_on(state.shard(), there);
  }
}

rt::Task<uint64_t> DiskBudget::evict(uint64_t wanted_bytes) {
  uint64_t freed = 0;
  for (const Depth depth : kDepths) {
    const bool is_urgent = !has_room_for(wanted_bytes);
    if (!is_urgent && (freed > 0 || depth == Depth::whole)) break;
    const uint64_t limit = account_.limit();
    cleaner::EvictionTerms terms;
    terms.used_bytes = account_.used();
    terms.target_bytes = limit - std::min(limit, std::max(2 * margin_bytes_, wanted_bytes));
    freed += co_await evict_at(depth, terms);
  }
  co_return freed;
}

rt::Task<uint64_t> DiskBudget::evict_at(Depth depth, cleaner::EvictionTerms terms) {
  std::vector<Held> held;
  for (size_t i = 0; i < shards_.size(); ++i) {
    ShardState& state = shards_.at(i);
    auto there = [this, &state, depth] { return look(state, depth); };
    std::vector<Held> some = co_await rt::call_on(state.shard(), there);
    for (Held& one : some) held.push_back(std::move(one));
  }
  std::map<Uuid, size_t> places;
  std::vector<cleaner::TopicUsage> topics;
  std::vector<cleaner::LogUsage> logs;
  for (Held& one : held) {
    const size_t place = places.emplace(one.id.topic_id, topics.size()).first->second;
    if (place == topics.size()) topics.emplace_back();
    topics[place].bytes += one.bytes;
    topics[place].floor_bytes = one.floor_bytes;
    logs.emplace_back().topic = place;
    logs.back().segments = one.segments;
  }
  uint64_t freed = 0;
  const auto chosen = cleaner::choose_evictions(std::move(topics), logs, terms);
  for (const cleaner::Eviction& eviction : chosen) {
    freed += co_await carry_out(held[eviction.log], eviction);
  }
  co_return freed;
}

rt::Task<std::vector<DiskBudget::Held>> DiskBudget::look(ShardState& state, Depth depth) const {
  std::vector<Held> all;
  for (LookRound round(state); const auto replica = round.next();) {
    if (stopping_.load(std::memory_order_relaxed)) break;
    if (replica->is_evictable() && replica->log().size_bytes() > 0) {
      Held held = co_await look_at(replica, depth);
      all.push_back(std::move(held));
    }
    if (round.is_turn_over()) co_await rt::sleep_until(rt::Clock::now());
  }
  co_return all;
}

rt::Task<DiskBudget::Held> DiskBudget::look_at(std::shared_ptr<Replica> replica,
                                               Depth depth) const {
  const rt::Gate::Pass pass = replica->enter();
  const engine::Log& log = replica->log();
  Held held;
  held.id = replica->id();
  held.bytes = log.size_bytes();
  held.floor_bytes = static_cast<uint64_t>(replica->config().disk_budget_floor_bytes);
  if (depth == Depth::synced) {
    // The sync closes nothing: what is closed already counts after it.
    (void)co_await replica->log_to_clean().sync();
  }
  auto sealed = co_await sealed_part(replica);
  if (!sealed) co_return held;
  if (depth == Depth::whole) {
    const auto active = co_await active_part(replica, *sealed);
    if (active) sealed->segments.push_back(*active);
    held.is_whole = active.has_value();
  }
  held.segments = std::move(sealed->segments);
  co_return held;
}

rt::Task<uint64_t> DiskBudget::carry_out(const Held& from, cleaner::Eviction eviction) {
  ShardState& state = shards_.owner_of(from.id);
  // Of a log that goes wholly, also what came after the look: its segment goes only if it is empty.
  const bool wholly = from.is_whole && eviction.segments == from.segments.size();
  const int64_t before = wholly ? -1 : from.segments[eviction.segments - 1].next.value();
  auto there = [&state, &from, &eviction, wholly, before]() -> rt::Task<uint64_t> {
    const std::shared_ptr<Replica> replica = state.find(from.id);
    if (replica == nullptr || replica->closing()) co_return uint64_t{0};
    const uint64_t bytes = replica->log().size_bytes();
    const TrimOutcome trimmed = co_await replica->delete_records(before);
    state.disk_room().go_on();
    if (trimmed.error != ErrorCode::none) co_return uint64_t{0};
    co_return wholly ? bytes - std::min(bytes, replica->log().size_bytes()) : eviction.bytes;
  };
  const uint64_t freed = co_await rt::call_on(state.shard(), there);
  if (freed == 0) co_return freed;
  evicted_segments_.fetch_add(eviction.segments, std::memory_order_relaxed);
  evicted_bytes_.fetch_add(freed, std::memory_order_relaxed);
  co_return freed;
}

rt::Task<void> DiskBudget::tick() {
  const uint64_t used = account_.used(), limit = account_.limit();
  forecast_.observe(monotonic_ms(), used);
  if (limit == DiskAccount::kUnbounded) co_return;
  const std::optional<int64_t> left_ms = forecast_.ms_until(limit - margin_bytes_);
  reached_in_ms_.store(left_ms.value_or(-1), std::memory_order_relaxed);
  // Once segments go, that is said instead.
  const bool is_ahead = evicted_said_ == 0 && !is_reached();
  if (is_ahead && forecast_.is_worth_saying(monotonic_ms(), left_ms)) {
    log_info(
        "disk budget: {} of {} bytes are used; at the present rate of {:.0f} bytes/s old "
        "segments will be deleted for it in {}",
        used, limit, forecast_.bytes_per_second(), duration_text(*left_ms));
  }
  const uint64_t evicted = evicted_bytes_.load(std::memory_order_relaxed);
  const bool is_first = evicted > 0 && evicted_said_ == 0;
  if (is_first || evicted - evicted_said_ > limit / kSaidParts) {
    log_info(
        "disk budget: {} bytes of the oldest segments were deleted since it was said last; {} "
        "of {} bytes are used",
        evicted - evicted_said_, used, limit);
    evicted_said_ = evicted;
  }
}

DiskBudgetNumbers DiskBudget::numbers() const {
  DiskBudgetNumbers numbers;
  numbers.used_bytes = account_.used();
  numbers.budget_bytes = account_.limit();
  numbers.evicted_segments = evicted_segments_.load(std::memory_order_relaxed);
  numbers.evicted_bytes = evicted_bytes_.load(std::memory_order_relaxed);
  numbers.reached_in_ms = reached_in_ms_.load(std::memory_order_relaxed);
  for (size_t i = 0; i < shards_.size(); ++i) {
    const DiskRoom& room = shards_.at(i).disk_room();
    numbers.appends_waited += room.waited();
    numbers.appends_refused += room.refused();
  }
  return numbers;
}

}  // namespace kelp::broker
