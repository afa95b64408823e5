// What the network serves: complete frames in, complete frames out. It knows nothing of APIs; the
// broker implements Service. One Peer exists per connection; both belong to the connection's shard.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/slice.h"
#include "rt/fragments.h"
#include "rt/shard.h"
#include "rt/task.h"

namespace kelp::net {

/// The other end of a connection.
struct Peer {
  uint64_t id = 0;
  std::string client_host;  // numeric address, "127.0.0.1" or "::1" (an IPv4-mapped one as IPv4)
  uint16_t client_port = 0;
  std::string local_host;  // the numeric address that the client connected to
  uint16_t local_port = 0;
  size_t listener = 0;  // index of the configured listener
  size_t node = 0;      // index of the virtual broker
  // Said by the client in ApiVersions (KIP-511).
  std::string client_software_name;
  std::string client_software_version;
  /// Compressed batches that it produced; the service's to count.
  uint64_t compressed_batches = 0;
  /// No further request will come (see Service::disconnected): park nothing for it.
  bool leaving = false;
  /// Until then no request of it is read or started; answers leave. The service sets it, forward
  /// only (KIP-219: a client beyond its quota is answered first, then not read).
  rt::TimePoint muted_until{};
};

/// serial: starts when everything before it on the connection has been answered. pipelined: starts
/// at once; its answer still leaves in order.
enum class Ordering : uint8_t { serial, pipelined };

struct Answer {
  enum class Kind : uint8_t { reply, none, close };
  Kind kind = Kind::close;
  /// A complete frame: its 4-byte size and what follows.
  rt::Fragments frame;
};

class Service {
 public:
  virtual ~Service() = default;
  /// A connection was accepted and nothing is read of it yet. Called on the first shard; the peer
  /// goes to its own afterwards.
  virtual void connected(Peer& peer) { (void)peer; }
  /// How the request in `frame` (without its size) is ordered. Any bytes may come.
  virtual Ordering ordering(Bytes frame) const = 0;
  /// Serves one request. `frame` is the request without its size, in memory of its own: its slices
  /// may be kept. Called on the connection's shard in the order of arrival. `close` ends the
  /// connection after what was answered before has left.
  virtual rt::Task<Answer> serve(std::shared_ptr<Peer> peer, Slice frame) = 0;
  /// No further request will come from `peer`: it closed its side, its connection ended, or the
  /// server is being shut down. Told once, on the connection's shard, never inside serve(). What is
  /// parked for it (a long poll) is best answered now: a client that only closed its own side still
  /// gets its answers.
  virtual void disconnected(const std::shared_ptr<Peer>& peer) { (void)peer; }
};

}  // namespace kelp::net
