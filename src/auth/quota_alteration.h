// What AlterClientQuotas orders (KIP-546), judged as Kafka 4.3.1 does, in its words. Pure; the
// controller makes it so.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "auth/quota.h"

namespace kelp::auth {

struct QuotaChange {
  std::string key;
  std::optional<double> value;  // nothing: it is removed
};

/// One entity of a request.
struct QuotaOrder {
  QuotaEntity entity;
  std::vector<QuotaChange> changes;
};

/// As Kafka writes an entity: "ClientQuotaEntity(entries={client-id=c, user=u})".
std::string text_of(const QuotaEntity& entity);

/// Whether a key comes twice in the order.
bool repeats_a_key(const QuotaOrder& order);

/// The values that `order` leaves of `present`, or why it is an INVALID_REQUEST (42).
std::expected<QuotaValues, std::string> altered(const QuotaOrder& order,
                                                const QuotaValues& present);

}  // namespace kelp::auth
