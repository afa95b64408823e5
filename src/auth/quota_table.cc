#include "auth/quota_table.h"

#include <array>
#include <span>
#include <utility>

namespace kelp::auth {

QuotaTable::Part QuotaTable::part_of(const QuotaEntity& entity, std::string_view type) {
  Part part;
  const auto found = entity.find(std::string(type));
  if (found == entity.end()) return part;
  part.kind = found->second.has_value() ? Part::Kind::named : Part::Kind::by_default;
  if (found->second.has_value()) part.name = *found->second;
  return part;
}

QuotaTable::QuotaTable(Entries entries) : entries_(std::move(entries)) {
  for (const auto& [entity, values] : entries_) {
    for (const auto& [key, value] : values) {
      if (key != QuotaKey::connection_creation_rate) {
        Who who;
        who.user = part_of(entity, kUserType);
        who.client_id = part_of(entity, kClientIdType);
        by_key_[static_cast<size_t>(key)].emplace(who, value);
        continue;
      }
      const Part address = part_of(entity, kIpType);
      if (address.kind == Part::Kind::named) by_address_.emplace(address.name, value);
      if (address.kind == Part::Kind::by_default) any_address_ = value;
    }
  }
}

std::optional<AppliedQuota> QuotaTable::find(QuotaKey key, std::string_view user,
                                             std::string_view client_id) const {
  const Index& index = by_key_[static_cast<size_t>(key)];
  if (index.empty()) return std::nullopt;
  const Part none, anybody{Part::Kind::by_default, {}};
  const Part named_user{Part::Kind::named, user}, named_client{Part::Kind::named, client_id};
  const auto has = [&](Part of_user, Part of_client) {
    return index.contains(Who{of_user, of_client});
  };
  // First, who counts together: Kafka's DefaultQuotaCallback.quotaMetricTags.
  AppliedQuota applied;
  if (has(named_user, named_client) || has(named_user, anybody)) {
    applied.user = user;
    applied.client_id = client_id;
  } else if (has(named_user, none)) {
    applied.user = user;
  } else if (has(anybody, named_client) || has(anybody, anybody)) {
    applied.user = user;
    applied.client_id = client_id;
  } else if (has(anybody, none)) {
    applied.user = user;
  } else {
    applied.client_id = client_id;
  }
  // Then the limit of those: quotaLimit. A client without an id is nobody's default client id.
  const std::array of_both{Who{named_user, named_client}, Who{named_user, anybody},
                           Who{anybody, named_client}, Who{anybody, anybody}};
  const std::array of_user{Who{named_user, none}, Who{anybody, none}};
  const std::array of_client{Who{none, named_client}, Who{none, anybody}};
  std::span<const Who> candidates;
  if (!applied.user.empty() && !applied.client_id.empty()) {
    candidates = of_both;
  } else if (!applied.user.empty()) {
    candidates = of_user;
  } else if (!applied.client_id.empty()) {
    candidates = of_client;
  }
  for (const Who& who : candidates) {
    const auto found = index.find(who);
    if (found == index.end()) continue;
    applied.limit = found->second;
    return applied;
  }
  return std::nullopt;
}

std::optional<double> QuotaTable::find_ip(std::string_view address) const {
  const auto found = by_address_.find(address);
  return found == by_address_.end() ? any_address_ : found->second;
}

}  // namespace kelp::auth
