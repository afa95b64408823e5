#include "auth/quota_alteration.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <cmath>
#include <set>

namespace kelp::auth {
namespace {

/// A numeric IPv4 or IPv6 address. Kafka also takes names that it can resolve; we wait for no DNS.
bool is_address(const std::string& text) {
  in_addr v4;
  in6_addr v6;
  return ::inet_pton(AF_INET, text.c_str(), &v4) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), &v6) == 1;
}

std::optional<std::string> fault_of_entity(const QuotaEntity& entity) {
  if (entity.empty()) return "Invalid empty client quota entity";
  for (const auto& [type, name] : entity) {
    if (type != kUserType && type != kClientIdType && type != kIpType) {
      return "Unhandled client quota entity type: " + type;
    }
    if (name.has_value() && name->empty()) return "Empty " + type + " not supported";
  }
  const auto ip = entity.find(std::string(kIpType));
  if (ip == entity.end()) return std::nullopt;
  if (entity.size() > 1) {
    return "Invalid quota entity combination, IP entity shouldnot be combined with User or "
           "ClientId";
  }
  if (ip->second.has_value() && !is_address(*ip->second)) {
    return *ip->second + " is not a valid IP or resolvable host.";
  }
  return std::nullopt;
}

std::optional<std::string> fault_of_value(const QuotaKeyRow& key, double value) {
  constexpr double kRounding = 1e-6;
  // Kafka stores what is not a number, and infinity; neither limits anything.
  if (!std::isfinite(value) && (key.largest == 0 || std::isnan(value))) {
    return fmt::format("Quota {} must be a finite number", key.name);
  }
  if (value <= 0) return fmt::format("Quota {} must be greater than 0", key.name);
  if (key.largest == 0) return std::nullopt;
  if (value > key.largest) {
    return fmt::format("Proposed value for {} is too large for {}.", key.name,
                       key.of_addresses ? "an INT" : "a LONG");
  }
  if (std::fmod(value, 1.0) > kRounding) {
    return fmt::format("{} cannot be a fractional value.", key.name);
  }
  return std::nullopt;
}

}  // namespace

std::string text_of(const QuotaEntity& entity) {
  std::string text;
  for (const auto& [type, name] : entity) {
    if (!text.empty()) text += ", ";
    text += type + "=" + name.value_or("null");
  }
  return "ClientQuotaEntity(entries={" + text + "})";
}

bool repeats_a_key(const QuotaOrder& order) {
  std::set<std::string_view> seen;
  for (const QuotaChange& change : order.changes) {
    if (!seen.insert(change.key).second) return true;
  }
  return false;
}

std::expected<QuotaValues, std::string> altered(const QuotaOrder& order,
                                                const QuotaValues& present) {
  if (auto fault = fault_of_entity(order.entity)) return std::unexpected(*std::move(fault));
  const bool of_addresses = order.entity.contains(std::string(kIpType));
  QuotaValues values = present;
  for (const QuotaChange& change : order.changes) {
    const QuotaKeyRow* key = find_quota_key(change.key);
    if (!change.value.has_value()) {  // what is not there may be removed, even what nobody knows
      if (key != nullptr) values.erase(key->key);
      continue;
    }
    if (key == nullptr || key->of_addresses != of_addresses) {
      return std::unexpected("Invalid configuration key " + change.key);
    }
    if (auto fault = fault_of_value(*key, *change.value)) {
      return std::unexpected(*std::move(fault));
    }
    values[key->key] = *change.value;
  }
  return values;
}

}  // namespace kelp::auth
