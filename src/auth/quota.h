// Quotas: what may be limited (KIP-13, 124, 599, 612) and of whom. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kelp::auth {

inline constexpr std::string_view kUserType = "user";
inline constexpr std::string_view kClientIdType = "client-id";
inline constexpr std::string_view kIpType = "ip";

/// Who is limited: the name by each type, {"user": "alice", "client-id": nothing}. Nothing as a
/// name is the default of the type: whoever has no quota by name.
using QuotaEntity = std::map<std::string, std::optional<std::string>>;

enum class QuotaKey : uint8_t {
  producer_byte_rate,        // bytes of Produce requests, a second
  consumer_byte_rate,        // bytes of Fetch responses, a second
  request_percentage,        // of one thread's time
  controller_mutation_rate,  // partitions made and deleted, a second
  connection_creation_rate,  // connections from an address, a second
};

struct QuotaKeyRow {
  QuotaKey key;
  std::string_view name;
  bool of_addresses;  // of ip entities; otherwise of users and client ids
  double largest;     // 0: a real number without a bound; otherwise whole numbers up to it
};

/// All of them, in the order of the enum. The largest values are those of Java's long and int.
inline constexpr std::array kQuotaKeys{
    QuotaKeyRow{QuotaKey::producer_byte_rate, "producer_byte_rate", false, 9.223372036854775807e18},
    QuotaKeyRow{QuotaKey::consumer_byte_rate, "consumer_byte_rate", false, 9.223372036854775807e18},
    QuotaKeyRow{QuotaKey::request_percentage, "request_percentage", false, 0},
    QuotaKeyRow{QuotaKey::controller_mutation_rate, "controller_mutation_rate", false, 0},
    QuotaKeyRow{QuotaKey::connection_creation_rate, "connection_creation_rate", true, 2147483647},
};

constexpr std::string_view name_of(QuotaKey key) {
  return kQuotaKeys[static_cast<size_t>(key)].name;
}
/// Null: no such key.
constexpr const QuotaKeyRow* find_quota_key(std::string_view name) {
  for (const QuotaKeyRow& row : kQuotaKeys) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

/// What is set of one entity.
using QuotaValues = std::map<QuotaKey, double>;

}  // namespace kelp::auth
