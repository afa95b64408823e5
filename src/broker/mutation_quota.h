// MutationQuota: what controller_mutation_rate leaves to one request that makes or deletes
// partitions (KIP-599). Made on the connection's shard, used by the controller, which keeps the
// accounts: the rate is the cluster's, whichever node was asked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "auth/accounts.h"
#include "auth/token_bucket.h"

namespace kelp::broker {

struct RequestContext;

class MutationQuota {
 public:
  /// Null: the client is not limited. From version `first_strict` on what is too much is refused,
  /// before it is done and the client throttled for it.
  static std::unique_ptr<MutationQuota> of(const RequestContext& context, int16_t first_strict);

  /// Whether so many partitions may be made or deleted; then they count.
  bool take(auth::Accounts<auth::TokenBucket>& accounts, size_t partitions);

  /// Back on the connection's shard: the client is throttled if that was too much.
  void throttle(RequestContext& context) const;

 private:
  auth::AccountId account_;
  double limit_ = 0;
  bool strict_ = false;
  int64_t throttled_until_ms_ = 0;
};

}  // namespace kelp::broker
