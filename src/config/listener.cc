#include "config/listener.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <map>

namespace kelp::config {
namespace {

constexpr int32_t kLargestPort = 65535;

std::string upper(std::string_view text) {
  std::string up(text);
  for (char& c : up) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return up;
}

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-' || c == '.';
  });
}

bool is_ipv6(std::string_view host) { return host.find(':') != host.npos; }
bool is_ipv4(std::string_view host) {
  return !host.empty() && host.find_first_not_of("0123456789.") == host.npos;
}
bool is_any(std::string_view host) { return host == "0.0.0.0" || host == "::"; }

/// As Kafka has it: one port may serve two listeners only if one has an IPv4 address and the other
/// an IPv6 one.
bool may_share_a_port(const ListenerConfig& a, const ListenerConfig& b) {
  return (is_ipv4(a.host) && is_ipv6(b.host)) || (is_ipv6(a.host) && is_ipv4(b.host));
}

using ProtocolMap = std::map<std::string, std::string, std::less<>>;

Result<ProtocolMap> parse_protocol_map(std::string_view text) {
  constexpr std::string_view kKnown[] = {"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"};
  ProtocolMap map;
  for (const std::string_view pair : list_items(text)) {
    const size_t colon = pair.find(':');
    if (colon == pair.npos) {
      return fail(ErrorKind::invalid,
                  fmt::format("listener.security.protocol.map: '{}' is not NAME:PROTOCOL", pair));
    }
    std::string protocol = upper(trimmed(pair.substr(colon + 1)));
    if (std::ranges::find(kKnown, protocol) == std::end(kKnown)) {
      return fail(ErrorKind::invalid,
                  fmt::format("listener.security.protocol.map: '{}' is none of {}", protocol,
                              fmt::join(kKnown, ", ")));
    }
    map.insert_or_assign(upper(trimmed(pair.substr(0, colon))), std::move(protocol));
  }
  return map;
}

Result<void> check_protocol(const Endpoint& endpoint, const ProtocolMap& protocols) {
  const auto found = protocols.find(endpoint.name);
  if (found == protocols.end()) {
    return fail(ErrorKind::invalid,
                fmt::format("No security protocol defined for listener {}: add {}:PLAINTEXT to "
                            "listener.security.protocol.map",
                            endpoint.name, endpoint.name));
  }
  if (found->second != "PLAINTEXT") {
    return fail(ErrorKind::unsupported,
                fmt::format("listener {} wants {}: only PLAINTEXT is served by this version",
                            endpoint.text(), found->second));
  }
  return {};
}

Result<void> check_distinct(const std::vector<ListenerConfig>& listeners,
                            const ListenerConfig& added) {
  for (const ListenerConfig& other : listeners) {
    if (other.name == added.name) {
      return fail(ErrorKind::invalid, fmt::format("Each listener must have a different name: "
                                                  "listeners has {} twice",
                                                  added.name));
    }
    if (added.port != 0 && other.port == added.port && !may_share_a_port(other, added)) {
      return fail(ErrorKind::invalid, fmt::format("Each listener must have a different port: "
                                                  "{} and {} both have {}",
                                                  other.name, added.name, added.port));
    }
  }
  return {};
}

Result<void> advertise(std::vector<ListenerConfig>& listeners, std::string_view text,
                       const std::vector<std::string>& ignored) {
  auto endpoint = parse_endpoint(text);
  if (!endpoint) return std::unexpected(endpoint.error());
  if (std::ranges::find(ignored, endpoint->name) != ignored.end()) return {};
  const auto at = std::ranges::find(listeners, endpoint->name, &ListenerConfig::name);
  if (at == listeners.end()) {
    return fail(ErrorKind::invalid,
                fmt::format("advertised.listeners: there is no listener named {}; listeners has {}",
                            endpoint->name, [&] {
                              std::vector<std::string> names;
                              for (const auto& l : listeners) names.push_back(l.name);
                              return fmt::format("{}", fmt::join(names, ", "));
                            }()));
  }
  if (is_any(endpoint->host)) {
    return fail(ErrorKind::invalid,
                fmt::format("advertised.listeners cannot use the nonroutable meta-address {}. Use "
                            "a routable IP address.",
                            endpoint->host));
  }
  if (at->advertised_host || at->advertised_port) {
    return fail(ErrorKind::invalid,
                fmt::format("advertised.listeners has {} twice", endpoint->name));
  }
  if (!endpoint->host.empty()) at->advertised_host = endpoint->host;
  if (endpoint->port != 0) at->advertised_port = endpoint->port;
  return {};
}

/// A host with the port of each of `count` brokers: what the ports of a listener span.
struct Span {
  int32_t first, last;
  bool meets(const Span& other) const { return first <= other.last && other.first <= last; }
};

}  // namespace

std::string Endpoint::text() const {
  return fmt::format(fmt::runtime(is_ipv6(host) ? "{}://[{}]:{}" : "{}://{}:{}"), name, host, port);
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  const auto malformed = [text] {
    return fail(ErrorKind::malformed,
                fmt::format("'{}' is not a listener: NAME://host:port is wanted", text));
  };
  text = trimmed(text);
  const size_t scheme = text.find("://");
  if (scheme == text.npos || !is_name(text.substr(0, scheme))) return malformed();
  std::string_view rest = text.substr(scheme + 3);
  const size_t colon = rest.rfind(':');
  if (colon == rest.npos) return malformed();
  const std::string_view port_text = rest.substr(colon + 1);
  Endpoint endpoint{.name = upper(text.substr(0, scheme)), .host = {}, .port = 0};
  const char* end = port_text.data() + port_text.size();
  const auto [at, error] = std::from_chars(port_text.data(), end, endpoint.port);
  if (port_text.empty() || error != std::errc{} || at != end) return malformed();
  std::string_view host = rest.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']') && host.size() >= 2;
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host.find_first_of("[]/ \t,") != host.npos) return malformed();
  if (!bracketed && is_ipv6(host)) return malformed();  // a:b:1 might be anything
  endpoint.host = host;
  return endpoint;
}

Result<std::vector<ListenerConfig>> resolve_listeners(const ListenerTexts& texts) {
  const auto protocols = parse_protocol_map(texts.protocol_map);
  if (!protocols) return std::unexpected(protocols.error());
  std::vector<std::string> ignored;
  for (const std::string& name : texts.controller_names) ignored.push_back(upper(name));

  std::vector<ListenerConfig> listeners;
  for (const std::string& text : texts.listeners) {
    const auto endpoint = parse_endpoint(text);
    if (!endpoint) return std::unexpected(endpoint.error());
    if (std::ranges::find(ignored, endpoint->name) != ignored.end()) continue;
    if (auto good = check_protocol(*endpoint, *protocols); !good) {
      return std::unexpected(good.error());
    }
    ListenerConfig listener{endpoint->name, endpoint->host, endpoint->port, {}, {}};
    if (auto good = check_distinct(listeners, listener); !good) {
      return std::unexpected(good.error());
    }
    listeners.push_back(std::move(listener));
  }
  if (listeners.empty()) {
    return fail(ErrorKind::invalid, "listeners has no listener for clients");
  }
  for (const std::string& text : texts.advertised.value_or(List{})) {
    if (auto good = advertise(listeners, text, ignored); !good) {
      return std::unexpected(good.error());
    }
  }
  return listeners;
}

Result<std::vector<ListenerConfig>> shift_listeners(std::vector<ListenerConfig> listeners,
                                                    int32_t index, int32_t count) {
  const auto span = [count](uint16_t port) { return Span{port, port + count - 1}; };
  for (size_t i = 0; i < listeners.size(); ++i) {
    const ListenerConfig& one = listeners[i];
    if (one.port == 0) continue;
    if (span(one.port).last > kLargestPort) {
      return fail(ErrorKind::invalid, fmt::format("listener {}: there are no {} ports from {} up",
                                                  one.name, count, one.port));
    }
    for (size_t j = 0; j < i; ++j) {
      const ListenerConfig& other = listeners[j];
      if (other.port == 0 || may_share_a_port(one, other)) continue;
      if (!span(one.port).meets(span(other.port))) continue;
      return fail(ErrorKind::invalid,
                  fmt::format("listeners {} and {}: {} brokers take {} ports from {} and from {} "
                              "up, and these overlap",
                              other.name, one.name, count, count, other.port, one.port));
    }
  }
  for (ListenerConfig& listener : listeners) {
    if (listener.port != 0) listener.port = static_cast<uint16_t>(listener.port + index);
    if (!listener.advertised_port) continue;
    if (span(*listener.advertised_port).last > kLargestPort) {
      return fail(ErrorKind::invalid,
                  fmt::format("advertised listener {}: there are no {} ports from {} up",
                              listener.name, count, *listener.advertised_port));
    }
    listener.advertised_port = static_cast<uint16_t>(*listener.advertised_port + index);
  }
  return listeners;
}

}  // namespace kelp::config
