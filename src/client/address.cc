#include "client/address.h"

#include <fmt/format.h>

#include <charconv>

namespace kelp::client {
namespace {

Result<Address> parse_address(std::string_view text) {
  const auto wrong = [text](std::string_view why) {
    return fail(ErrorKind::invalid, fmt::format("'{}' is no HOST:PORT: {}", text, why));
  };
  Address address;
  std::string_view host = text;
  std::string_view port;
  if (host.starts_with('[')) {
    const size_t end = host.find(']');
    if (end == host.npos) return wrong("the bracket does not end");
    const std::string_view rest = host.substr(end + 1);
    host = host.substr(1, end - 1);
    if (!rest.empty() && !rest.starts_with(':')) return wrong("what stands behind the bracket");
    if (!rest.empty()) port = rest.substr(1);
    if (!rest.empty() && port.empty()) return wrong("the port is empty");
  } else if (const size_t colon = host.find(':'); colon != host.npos) {
    // Several colons without brackets are an IPv6 address without a port.
    if (host.find(':', colon + 1) == host.npos) {
      port = host.substr(colon + 1);
      host = host.substr(0, colon);
      if (port.empty()) return wrong("the port is empty");
    }
  }
  if (host.empty()) return wrong("the host is empty");
  address.host = host;
  if (port.empty()) return address;
  const auto [end, fault] = std::from_chars(port.begin(), port.end(), address.port);
  if (fault != std::errc() || end != port.end() || address.port == 0) {
    return wrong("a port is 1 to 65535");
  }
  return address;
}

}  // namespace

std::string Address::text() const {
  if (host.find(':') != host.npos) return fmt::format("[{}]:{}", host, port);
  return fmt::format("{}:{}", host, port);
}

Result<std::vector<Address>> parse_addresses(std::string_view list) {
  std::vector<Address> addresses;
  while (!list.empty()) {
    const size_t comma = list.find(',');
    std::string_view item = list.substr(0, comma);
    list = comma == list.npos ? std::string_view() : list.substr(comma + 1);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (item.empty()) continue;
    auto address = parse_address(item);
    if (!address.has_value()) return std::unexpected(std::move(address.error()));
    addresses.push_back(*std::move(address));
  }
  if (addresses.empty()) return fail(ErrorKind::invalid, "no HOST:PORT is given");
  return addresses;
}

}  // namespace kelp::client
