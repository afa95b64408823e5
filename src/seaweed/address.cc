#include "seaweed/address.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace kelp::seaweed {
namespace {

constexpr int kGrpcPortAbove = 10'000;
constexpr int kLargestPort = 65'535;

std::optional<int> port_of(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (port < 1 || port > kLargestPort) return std::nullopt;
  return port;
}

}  // namespace

Result<ServerAddress> parse_server_address(std::string_view text) {
  const auto bad = [&] {
    return fail(ErrorKind::invalid,
                fmt::format("'{}' is not host:port or host:port.grpcport", text));
  };
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return bad();
  const std::string_view host = text.substr(0, colon);
  std::string_view ports = text.substr(colon + 1);
  std::optional<int> grpc;
  if (const size_t dot = ports.find('.'); dot != std::string_view::npos) {
    grpc = port_of(ports.substr(dot + 1));
    if (!grpc.has_value()) return bad();
    ports = ports.substr(0, dot);
  }
  const std::optional<int> http = port_of(ports);
  if (!http.has_value()) return bad();
  if (!grpc.has_value()) grpc = *http + kGrpcPortAbove;
  if (*grpc > kLargestPort) return bad();
  return ServerAddress{fmt::format("{}:{}", host, *http), fmt::format("{}:{}", host, *grpc)};
}

}  // namespace kelp::seaweed
