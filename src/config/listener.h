// Where a broker listens and what it tells its clients about it: `listeners`,
// `advertised.listeners` and `listener.security.protocol.map` as values. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/value.h"

namespace kelp::config {

/// One `NAME://host:port`.
struct Endpoint {
  std::string name;  // upper case
  std::string host;  // without brackets; empty: all interfaces
  uint16_t port = 0;

  std::string text() const;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// `malformed` when it is not NAME://host:port; the port may be 0.
Result<Endpoint> parse_endpoint(std::string_view text);

struct ListenerConfig {
  std::string name;
  std::string host;   // without brackets; empty, 0.0.0.0 or ::: all interfaces
  uint16_t port = 0;  // 0: the system chooses
  /// Nothing: the address that the client connected to.
  std::optional<std::string> advertised_host;
  std::optional<uint16_t> advertised_port;

  friend bool operator==(const ListenerConfig&, const ListenerConfig&) = default;
};

/// The texts of the keys that shape listeners.
struct ListenerTexts {
  List listeners;
  std::optional<List> advertised;
  std::string protocol_map;
  List controller_names;  // accepted and left out
};

/// `invalid` or `unsupported` says which listener is wrong and what would be right. At least one
/// listener that is not a controller's must remain.
Result<std::vector<ListenerConfig>> resolve_listeners(const ListenerTexts& texts);

/// Listeners of virtual broker `index` of `count`: every port that is not 0 is moved by `index`.
/// `invalid` when two listeners of any two brokers would meet on a port, or a port leaves 65535.
Result<std::vector<ListenerConfig>> shift_listeners(std::vector<ListenerConfig> listeners,
                                                    int32_t index, int32_t count);

}  // namespace kelp::config
