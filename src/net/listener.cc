#include "net/listener.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/log.h"

namespace kelp::net {
namespace {

/// Accepted in a row before the shard's other work has a turn.
constexpr int kAcceptsPerTurn = 64;
/// How long accepting rests when the process or the machine is out of descriptors.
constexpr std::chrono::milliseconds kPauseWhenExhausted{100};
/// BBR, a common default, paces loopback and local networks to half of what they carry.
constexpr std::string_view kCongestionControl = "cubic";

/// What accept() says of a connection that failed before it was taken; the next may be good.
bool is_of_one_connection(int error) {
  switch (error) {
    case ECONNABORTED:
    case EINTR:
    case EPERM:
    case EPROTO:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENONET:
    case ENOPROTOOPT:
    case EOPNOTSUPP:
      return true;
    default:
      return false;
  }
}

class Addresses {
 public:
  Addresses() = default;
  ~Addresses() {
    if (first_ != nullptr) ::freeaddrinfo(first_);
  }
  Addresses(const Addresses&) = delete;
  Addresses& operator=(const Addresses&) = delete;

  /// 0, or getaddrinfo's code.
  int resolve(const std::string& host, uint16_t port) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    return ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &first_);
  }
  const addrinfo* first() const { return first_; }

 private:
  addrinfo* first_ = nullptr;
};

void set_option(int socket, int level, int name, int value) {
  if (::setsockopt(socket, level, name, &value, sizeof value) != 0) {
    log_debug("socket option {}/{} = {}: errno {}", level, name, value, errno);
  }
}

/// Accepted sockets inherit all of these.
void set_options(int socket, int family, bool dual_stack, const Limits& limits) {
  set_option(socket, SOL_SOCKET, SO_REUSEADDR, 1);
  if (family == AF_INET6) set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, dual_stack ? 0 : 1);
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  if (limits.send_buffer_bytes > 0) {
    set_option(socket, SOL_SOCKET, SO_SNDBUF, limits.send_buffer_bytes);
  }
  if (limits.receive_buffer_bytes > 0) {
    set_option(socket, SOL_SOCKET, SO_RCVBUF, limits.receive_buffer_bytes);
  }
  // Not everywhere there or allowed; then the system's default it is.
  (void)::setsockopt(socket, IPPROTO_TCP, TCP_CONGESTION, kCongestionControl.data(),
                     static_cast<socklen_t>(kCongestionControl.size()));
}

void set_port(sockaddr_storage& address, uint16_t port) {
  if (address.ss_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6&>(address).sin6_port = htons(port);
  } else {
    reinterpret_cast<sockaddr_in&>(address).sin_port = htons(port);
  }
}

bool is_wildcard(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET6) {
    return IN6_IS_ADDR_UNSPECIFIED(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
  }
  return reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr == htonl(INADDR_ANY);
}

std::unexpected<Error> cannot_listen(const Endpoint& endpoint, int os_error) {
  return fail(ErrorKind::io, "cannot listen on " + printed(endpoint.host, endpoint.port), os_error);
}

Result<ListeningSocket> bind_one(const Endpoint& endpoint, const sockaddr_storage& address,
                                 socklen_t size, const Limits& limits) {
  const bool wildcard = is_wildcard(address);
  const int socket = ::socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) return cannot_listen(endpoint, errno);
  ListeningSocket result(socket, endpoint.listener, endpoint.node, wildcard);
  set_options(socket, address.ss_family, wildcard, limits);
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::listen(socket, limits.backlog) != 0) {
    return cannot_listen(endpoint, errno);
  }
  result.bound_to(local_address(socket));
  return result;
}

/// Every address of both families by one IPv6 socket; of IPv4 alone where there is no IPv6.
Result<ListeningSocket> bind_everywhere(const Endpoint& endpoint, const Limits& limits) {
  sockaddr_storage address{};
  address.ss_family = AF_INET6;
  set_port(address, endpoint.port);
  auto both = bind_one(endpoint, address, sizeof(sockaddr_in6), limits);
  if (both || (both.error().os_error != EAFNOSUPPORT && both.error().os_error != EADDRNOTAVAIL)) {
    return both;
  }
  address = sockaddr_storage{};
  address.ss_family = AF_INET;
  set_port(address, endpoint.port);
  return bind_one(endpoint, address, sizeof(sockaddr_in), limits);
}

}  // namespace

std::string printed(const std::string& host, uint16_t port) {
  if (host.empty()) return fmt::format("*:{}", port);  // every address
  const bool six = host.find(':') != std::string::npos;
  return six ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

Address address_of(const void* socket_address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  Address result;
  const auto* any = static_cast<const sockaddr*>(socket_address);
  if (any->sa_family == AF_INET) {
    const auto* four = static_cast<const sockaddr_in*>(socket_address);
    result.host = ::inet_ntop(AF_INET, &four->sin_addr, text.data(), text.size());
    result.port = ntohs(four->sin_port);
  } else if (any->sa_family == AF_INET6) {
    const auto* six = static_cast<const sockaddr_in6*>(socket_address);
    result.port = ntohs(six->sin6_port);
    if (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr)) {
      result.host = ::inet_ntop(AF_INET, &six->sin6_addr.s6_addr[12], text.data(), text.size());
    } else {
      result.host = ::inet_ntop(AF_INET6, &six->sin6_addr, text.data(), text.size());
    }
  }
  return result;
}

Address local_address(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  return address_of(&address);
}

ListeningSocket::ListeningSocket(ListeningSocket&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      bound_(std::move(other.bound_)),
      wildcard_(other.wildcard_) {}

ListeningSocket::~ListeningSocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::vector<ListeningSocket>> bind_endpoint(const Endpoint& endpoint, const Limits& limits) {
  std::vector<ListeningSocket> sockets;
  if (endpoint.host.empty() || endpoint.host == "::") {
    auto socket = bind_everywhere(endpoint, limits);
    if (!socket) return std::unexpected(std::move(socket.error()));
    sockets.push_back(std::move(*socket));
    return sockets;
  }
  Addresses addresses;
  if (const int code = addresses.resolve(endpoint.host, endpoint.port); code != 0) {
    return fail(ErrorKind::not_found,
                fmt::format("cannot listen on {}: {}", printed(endpoint.host, endpoint.port),
                            ::gai_strerror(code)));
  }
  Result<void> last;
  for (const addrinfo* next = addresses.first(); next != nullptr; next = next->ai_next) {
    sockaddr_storage address{};
    std::memcpy(&address, next->ai_addr, next->ai_addrlen);
    // A name's addresses share the port that the first of them got.
    if (!sockets.empty()) set_port(address, sockets.front().bound().port);
    auto socket = bind_one(endpoint, address, next->ai_addrlen, limits);
    if (socket) {
      sockets.push_back(std::move(*socket));
    } else if (socket.error().os_error == EADDRNOTAVAIL ||
               socket.error().os_error == EAFNOSUPPORT) {
      last = std::unexpected(std::move(socket.error()));  // ::1 where IPv6 is off
    } else {
      return std::unexpected(std::move(socket.error()));
    }
  }
  if (sockets.empty()) return std::unexpected(std::move(last.error()));
  return sockets;
}

Result<void> Acceptor::start(rt::Shard& shard) {
  shard_ = &shard;
  return shard.watch(socket_.descriptor(), *this);
}

void Acceptor::stop() {
  if (std::exchange(stopped_, true) || shard_ == nullptr) return;
  shard_->forget(*this);
}

void Acceptor::on_ready(rt::Readiness) { accept_some(); }

void Acceptor::accept_some() {
  for (int count = 0; !stopped_; ++count) {
    if (count == kAcceptsPerTurn) {
      shard_->post([this, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) accept_some();
      });
      return;
    }
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    const int socket = ::accept4(socket_.descriptor(), reinterpret_cast<sockaddr*>(&address), &size,
                                 SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) {
      if (errno == EAGAIN) return;
      if (is_of_one_connection(errno)) continue;
      return pause();
    }
    const Address from = address_of(&address);
    const Address to = socket_.wildcard() ? local_address(socket)
                                          : Address(socket_.bound().host, socket_.bound().port);
    Peer peer;
    peer.client_host = from.host;
    peer.client_port = from.port;
    peer.local_host = to.host;
    peer.local_port = to.port;
    peer.listener = socket_.bound().listener;
    peer.node = socket_.bound().node;
    arrival_(socket, std::move(peer));
  }
}

/// Out of descriptors or memory, most likely: asking again at once would only burn the processor.
void Acceptor::pause() {
  log_warn("cannot accept connections on {}: {}; trying again in {} ms",
           printed(bound().host, bound().port), std::generic_category().message(errno),
           kPauseWhenExhausted.count());
  if (std::exchange(resumes_later_, true)) return;
  shard_->call_at(rt::Clock::now() + kPauseWhenExhausted, [this, alive = std::weak_ptr(alive_)] {
    if (alive.expired()) return;
    resumes_later_ = false;
    accept_some();
  });
}

}  // namespace kelp::net
