// Listening sockets: binding them, and accepting from them. Binding is synchronous, at start-up;
// accepting belongs to the first shard, which hands each connection on.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/limits.h"
#include "net/service.h"
#include "rt/shard.h"

namespace kelp::net {

/// Where to listen, and as whom.
struct Endpoint {
  /// A numeric address or a name (each of its addresses is bound). Empty or "::" is every address
  /// of both families, "0.0.0.0" every one of IPv4.
  std::string host;
  uint16_t port = 0;    // 0: any free one
  size_t listener = 0;  // index of the configured listener
  size_t node = 0;      // index of the virtual broker
};

/// One socket that listens: its numeric address and its port.
struct BoundAddress {
  std::string host;
  uint16_t port = 0;
  size_t listener = 0;
  size_t node = 0;
};

struct Address {
  std::string host;  // numeric; an IPv4-mapped IPv6 address as IPv4
  uint16_t port = 0;
};

/// A listening, non-blocking socket; closed when it goes. What accepted sockets inherit (no delay,
/// congestion control, keep-alive, buffer sizes) is set here, once.
class ListeningSocket {
 public:
  ListeningSocket(int descriptor, size_t listener, size_t node, bool wildcard)
      : descriptor_(descriptor), bound_("", 0, listener, node), wildcard_(wildcard) {}
  ListeningSocket(ListeningSocket&& other) noexcept;
  ListeningSocket& operator=(ListeningSocket&&) = delete;
  ~ListeningSocket();

  int descriptor() const { return descriptor_; }
  const BoundAddress& bound() const { return bound_; }
  void bound_to(const Address& address) {
    bound_.host = address.host;
    bound_.port = address.port;
  }
  /// Connections may come to any address of the machine.
  bool wildcard() const { return wildcard_; }

 private:
  int descriptor_;
  BoundAddress bound_;
  bool wildcard_;
};

/// Binds one endpoint: one socket for each address of its host. The error says what and why:
/// "cannot listen on 127.0.0.1:9092: Address already in use".
Result<std::vector<ListeningSocket>> bind_endpoint(const Endpoint& endpoint, const Limits& limits);

/// The numeric address of the socket's own or other end.
Address local_address(int socket);
Address address_of(const void* socket_address);

/// "127.0.0.1:9092", "[::1]:9092".
std::string printed(const std::string& host, uint16_t port);

/// Accepts from one listening socket, on the shard that it is started on. When descriptors or
/// memory run out it pauses and says so.
class Acceptor final : public rt::Watched {
 public:
  /// Gets each accepted socket (non-blocking) with its peer but for the id.
  using Arrival = std::function<void(int socket, Peer peer)>;

  Acceptor(ListeningSocket socket, Arrival arrival)
      : socket_(std::move(socket)), arrival_(std::move(arrival)) {}

  const BoundAddress& bound() const { return socket_.bound(); }
  Result<void> start(rt::Shard& shard);
  /// Accepts no more; the socket is closed when the acceptor goes.
  void stop();
  void on_ready(rt::Readiness now) override;

 private:
  void accept_some();
  void pause();

  ListeningSocket socket_;
  Arrival arrival_;
  rt::Shard* shard_ = nullptr;
  bool stopped_ = false;
  bool resumes_later_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace kelp::net
