#include "net/admission.h"

#include "base/assert.h"

namespace kelp::net {

Admission::Admission(const Limits& limits)
    : max_connections_(limits.max_connections),
      max_per_address_(limits.max_connections_per_ip),
      overrides_(limits.max_connections_overrides.begin(), limits.max_connections_overrides.end()),
      counts_addresses_(max_per_address_ != Limits::kNone || !overrides_.empty()) {}

size_t Admission::limit_of(const std::string& client_host) const {
  const auto found = overrides_.find(client_host);
  return found == overrides_.end() ? max_per_address_ : found->second;
}

Admission::Verdict Admission::enter(const std::string& client_host) {
  const std::scoped_lock lock(mutex_);
  if (connections_ >= max_connections_) return Verdict::too_many;
  if (counts_addresses_) {
    const auto found = of_address_.find(client_host);
    const size_t open = found == of_address_.end() ? 0 : found->second;
    if (open >= limit_of(client_host)) return Verdict::too_many_of_address;
    of_address_[client_host] = open + 1;
  }
  ++connections_;
  return Verdict::admitted;
}

void Admission::leave(const std::string& client_host) {
  const std::scoped_lock lock(mutex_);
  KELP_ASSERT(connections_ > 0);
  --connections_;
  if (!counts_addresses_) return;
  const auto found = of_address_.find(client_host);
  KELP_ASSERT(found != of_address_.end(), client_host);
  if (--found->second == 0) of_address_.erase(found);
}

}  // namespace kelp::net
