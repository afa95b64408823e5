// Where brokers are, as people and settings say it: "host:port", lists of them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kelp::client {

inline constexpr uint16_t kDefaultPort = 9092;

struct Address {
  std::string host;
  uint16_t port = kDefaultPort;

  /// "host:port", "[::1]:9092".
  std::string text() const;
  friend bool operator==(const Address&, const Address&) = default;
};

/// `HOST[:PORT][,…]`; an IPv6 address with a port stands in brackets. Errors: invalid.
Result<std::vector<Address>> parse_addresses(std::string_view list);

}  // namespace kelp::client
