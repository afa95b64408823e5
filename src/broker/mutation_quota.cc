#include "broker/mutation_quota.h"

#include "broker/client_quotas.h"
#include "broker/request.h"
#include "rt/shard.h"

namespace kelp::broker {
namespace {

int64_t now_ms() {
  const auto since = rt::Clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

}  // namespace

std::unique_ptr<MutationQuota> MutationQuota::of(const RequestContext& context,
                                                 int16_t first_strict) {
  if (context.quotas == nullptr) return nullptr;
  const auto found = context.quotas->find(auth::QuotaKey::controller_mutation_rate,
                                          user_of(*context.peer), context.client_id());
  if (!found.has_value()) return nullptr;
  auto quota = std::make_unique<MutationQuota>();
  quota->account_.key = auth::QuotaKey::controller_mutation_rate;
  quota->account_.user = found->user;
  quota->account_.client_id = found->client_id;
  quota->limit_ = found->limit;
  quota->strict_ = context.version() >= first_strict;
  return quota;
}

bool MutationQuota::take(auth::Accounts<auth::TokenBucket>& accounts, size_t partitions) {
  const int64_t now = now_ms();
  return accounts.with(account_, now, [&](auth::TokenBucket& bucket) {
    const bool refused = strict_ && bucket.is_overdrawn(limit_, now);
    if (!refused) bucket.take(static_cast<double>(partitions), limit_, now);
    if (refused || !strict_) throttled_until_ms_ = now + bucket.throttle_ms(limit_, now);
    return !refused;
  });
}

void MutationQuota::throttle(RequestContext& context) const {
  context.throttle(throttled_until_ms_ - now_ms());
}

}  // namespace kelp::broker
