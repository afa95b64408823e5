#include "net/connections.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "net/connection.h"

namespace kelp::net {
namespace {

using std::chrono::milliseconds;

/// The sweep's ticks in a maximal idle time, and how long one may be: precise enough for an idle
/// limit, rare enough to cost nothing.
constexpr int kTicksPerIdleTime = 32;
constexpr milliseconds kShortestTick{10};
constexpr milliseconds kLongestTick{1000};
/// Each tick looks at this part of the connections: ten thousand at once would be a stall.
constexpr size_t kSweepParts = 8;
/// A frame that holds request memory which others wait for must grow within this time.
constexpr milliseconds kStillWhileOthersWait{10'000};

rt::Duration sweep_period(const Limits& limits) {
  if (limits.max_idle < milliseconds(0)) return kLongestTick;
  return std::clamp(limits.max_idle / kTicksPerIdleTime, kShortestTick, kLongestTick);
}

}  // namespace

Connections::Connections(rt::Shard& shard, Service& service, const Limits& limits,
                         std::shared_ptr<Admission> admission)
    : shard_(shard),
      service_(service),
      limits_(limits),
      admission_(std::move(admission)),
      memory_(limits.request_memory_bytes, limits.max_request_bytes + kRequestOverheadBytes),
      sweep_period_(sweep_period(limits)) {}

Connections::~Connections() { KELP_ASSERT(table_.empty(), table_.size()); }

void Connections::adopt(int socket, std::shared_ptr<Peer> peer) {
  counters_.connections_accepted.add();
  auto connection = std::make_shared<Connection>(shared_from_this(), socket, std::move(peer));
  ++alive_;
  if (draining_) {
    admission_->leave(connection->peer().client_host);
    return;
  }
  const auto watched = shard_.watch(socket, *connection);
  if (!watched) {
    log_error("connection from {}: {}", connection->peer().client_host, watched.error().text());
    admission_->leave(connection->peer().client_host);
    return;
  }
  counters_.connections_open.add();
  connection->table_index = table_.size();
  table_.push_back(std::move(connection));
  if (!sweep_timer_) arm_sweep();
}

void Connections::remove(Connection& connection) {
  const size_t index = connection.table_index;
  KELP_ASSERT(table_[index].get() == &connection, index);
  admission_->leave(connection.peer().client_host);
  counters_.connections_open.subtract();
  const auto removed = std::move(table_[index]);
  if (index + 1 < table_.size()) {
    table_[index] = std::move(table_.back());
    table_[index]->table_index = index;
  }
  table_.pop_back();
}

void Connections::destroyed() {
  KELP_ASSERT(alive_ > 0);
  if (--alive_ == 0 && draining_ && !drained_.completed()) drained_.complete(true);
}

void Connections::schedule(std::shared_ptr<Connection> connection) {
  if (scheduled_.empty()) {
    shard_.at_end_of_turn([self = shared_from_this()] { self->run_scheduled(); });
  }
  scheduled_.push_back(std::move(connection));
}

void Connections::run_scheduled() {
  scheduled_now_.swap(scheduled_);
  for (const auto& connection : scheduled_now_) connection->take_turn();
  scheduled_now_.clear();
}

void Connections::schedule_later(std::shared_ptr<Connection> connection) {
  shard_.post([connection = std::move(connection)] { connection->take_turn(); });
}

void Connections::arm_sweep() {
  sweep_timer_ = shard_.call_at(rt::Clock::now() + sweep_period_, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->sweep();
  });
}

void Connections::sweep() {
  sweep_timer_.reset();
  ++tick_;
  const auto ticks_in = [&](milliseconds time) {
    return static_cast<uint64_t>((time + sweep_period_ - milliseconds(1)) / sweep_period_);
  };
  const bool idle_limited = limits_.max_idle >= milliseconds(0);
  const uint64_t idle_limit = idle_limited ? ticks_in(limits_.max_idle) + 1 : 0;
  const uint64_t still_limit = ticks_in(kStillWhileOthersWait);
  // Every eighth entry from the tick's own start: all of them within kSweepParts ticks.
  for (size_t i = tick_ % kSweepParts; i < table_.size(); i += kSweepParts) {
    const std::shared_ptr<Connection> connection = table_[i];
    const uint64_t still = connection->still_ticks();
    if (connection->waits_for_us()) continue;
    if (idle_limited && !connection->muted() && still >= idle_limit) {
      counters_.connections_idle_closed.add();
      connection->end();
    } else if (memory_.waiting() > 0 && connection->holds_memory() && still >= still_limit) {
      log_warn(
          "closing the connection from {}:{}: others wait for the memory of a request that it "
          "does not go on with",
          connection->peer().client_host, connection->peer().client_port);
      connection->end();
    }
  }
  memory_.relieve();
  if (!table_.empty() && !draining_) arm_sweep();
}

void Connections::end_all() {
  const std::vector<std::shared_ptr<Connection>> all = table_;
  for (const auto& connection : all) connection->end();
}

rt::Task<bool> Connections::shut_down(rt::Duration grace) {
  const auto self = shared_from_this();
  draining_ = true;
  if (sweep_timer_) shard_.cancel(*std::exchange(sweep_timer_, std::nullopt));
  {
    const std::vector<std::shared_ptr<Connection>> all = table_;
    for (const auto& connection : all) connection->drain();
  }
  if (alive_ == 0) co_return true;
  const auto timer = shard_.call_at(rt::Clock::now() + grace, [this] {
    end_all();
    // The last to be destroyed may have completed it; what is alive now serves a request still.
    if (!drained_.completed()) drained_.complete(alive_ == 0);
  });
  const bool all_done = co_await drained_;
  shard_.cancel(timer);
  co_return all_done;
}

}  // namespace kelp::net
