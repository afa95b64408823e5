// Addresses as SeaweedFS writes them: "host:port" or "host:port.grpcport" of masters, volume
// servers and filers, whose gRPC port is the HTTP port + 10000 unless it is told; of message
// brokers the port is gRPC's.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace kelp::seaweed {

struct ServerAddress {
  std::string http;  // host:port
  std::string grpc;  // host:port
};

/// Errors: invalid, with the address in the words.
Result<ServerAddress> parse_server_address(std::string_view text);

}  // namespace kelp::seaweed
