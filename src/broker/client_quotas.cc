#include "broker/client_quotas.h"

#include "broker/broker.h"
#include "broker/request.h"

namespace kelp::broker {
namespace {

using Applied = std::optional<auth::AppliedQuota>;

Applied quota_of(const RequestContext& context, auth::QuotaKey key) {
  return context.quotas->find(key, user_of(*context.peer), context.client_id());
}

int64_t now_ms() {
  const auto since = rt::Clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

/// `use(RateWindow&, now in milliseconds)` on the account of the quota, on its shard.
template <class Use>
auto on_account(RequestContext& context, auth::QuotaKey key, const auth::AppliedQuota& quota,
                Use use) -> rt::Task<std::invoke_result_t<Use&, auth::RateWindow&, int64_t>> {
  using Said = std::invoke_result_t<Use&, auth::RateWindow&, int64_t>;
  auth::AccountId id;
  id.node = context.broker.node_of(*context.peer).value();
  id.key = key;
  id.user = quota.user;
  id.client_id = quota.client_id;
  ShardStates& shards = context.broker.shards();
  ShardState& owner = shards.at(std::hash<auth::AccountId>()(id) % shards.size());
  auto there = [&]() -> rt::Task<Said> {
    const int64_t now = now_ms();
    const auto counted = [&](auth::RateWindow& window) { return use(window, now); };
    co_return owner.quota_accounts().rates.with(id, now, counted);
  };
  co_return co_await rt::call_on(owner.shard(), there);
}

/// How long the client is to wait for it.
rt::Task<int64_t> charge(RequestContext& context, auth::QuotaKey key, double amount) {
  const Applied quota = quota_of(context, key);
  if (!quota.has_value()) co_return 0;
  const auto record = [&](auth::RateWindow& window, int64_t now) {
    window.record(amount, now);
    return window.throttle_ms(quota->limit, now);
  };
  co_return co_await on_account(context, key, *quota, record);
}

}  // namespace

std::string_view user_of(const net::Peer&) { return "ANONYMOUS"; }

void charge_connection(ShardState& first, const ClusterImage& image, int32_t node,
                       net::Peer& peer) {
  if (image.quotas() == nullptr) return;
  const std::optional<double> limit = image.quotas()->find_ip(peer.client_host);
  if (!limit.has_value()) return;
  auth::AccountId id;
  id.node = node;
  id.key = auth::QuotaKey::connection_creation_rate;
  id.client_id = peer.client_host;
  const int64_t now = now_ms();
  const int64_t throttle_ms = first.quota_accounts().rates.with(id, now, [&](auto& window) {
    window.record(1, now);
    return window.throttle_ms(*limit, now);
  });
  if (throttle_ms == 0) return;
  peer.muted_until = rt::Clock::now() + std::chrono::milliseconds(throttle_ms);
}

rt::Task<void> charge_produce(RequestContext& context) {
  const auto bytes = static_cast<double>(context.frame_bytes);
  const int64_t throttle_ms = co_await charge(context, auth::QuotaKey::producer_byte_rate, bytes);
  context.throttle(throttle_ms);
  context.mute();
}

rt::Task<void> charge_thread_time(RequestContext& context) {
  const std::chrono::duration<double> taken = context.thread_time.so_far();
  const int64_t throttle_ms =
      co_await charge(context, auth::QuotaKey::request_percentage, taken.count() * 100);
  // Kafka's bound: who takes too much time is looked at again a window later.
  const int64_t most_ms = int64_t{context.broker.config().quota_window_size_seconds} * 1000;
  context.throttle(std::min(throttle_ms, most_ms));
}

int32_t most_fetched(const RequestContext& context) {
  constexpr int32_t kMost = std::numeric_limits<int32_t>::max();
  const Applied quota = quota_of(context, auth::QuotaKey::consumer_byte_rate);
  if (!quota.has_value()) return kMost;
  const config::BrokerConfig& config = context.broker.config();
  const double seconds =
      double{1} * (config.quota_window_num - 1) * config.quota_window_size_seconds;
  return static_cast<int32_t>(std::min<double>(kMost, quota->limit * seconds));
}

rt::Task<bool> charge_fetch(RequestContext& context, size_t bytes) {
  const Applied quota = quota_of(context, auth::QuotaKey::consumer_byte_rate);
  if (!quota.has_value()) co_return true;
  struct Said {
    bool may_send = false;
    int64_t throttle_ms = 0;
  };
  const auto record = [&](auth::RateWindow& window, int64_t now) {
    Said said;
    // A batch that is larger than all windows would never be sent: it is, when it is the first.
    const bool first = window.total(now) <= 0;
    window.record(static_cast<double>(bytes), now);
    said.throttle_ms = window.throttle_ms(quota->limit, now);
    said.may_send = said.throttle_ms == 0 || first;
    if (!said.may_send) window.record(-static_cast<double>(bytes), now);
    return said;
  };
  const Said said =
      co_await on_account(context, auth::QuotaKey::consumer_byte_rate, *quota, record);
  context.throttle(said.throttle_ms);
  co_return said.may_send;
}

}  // namespace kelp::broker
