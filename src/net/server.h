// Server: the listening sockets and, on each shard, the connections. The first shard accepts and
// deals the connections out in turn; a connection stays on its shard for life. Made, bound and
// started from any thread; shut_down() must have been awaited before it goes, if it was started.
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "net/admission.h"
#include "net/connections.h"
#include "net/counters.h"
#include "net/limits.h"
#include "net/listener.h"
#include "net/service.h"
#include "rt/shard.h"
#include "rt/task.h"

namespace kelp::net {

class Server {
 public:
  /// `shards` and `service` outlive the server and the last request.
  Server(std::vector<rt::Shard*> shards, Service& service, Limits limits);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds and listens, before start(): all of the endpoints or, with the error of the first that
  /// failed, none. Clients can connect from now on; they are accepted from start() on. One address
  /// for each socket, in the order of the endpoints; a name may give several.
  Result<std::vector<BoundAddress>> listen(std::span<const Endpoint> endpoints);
  /// Begins to accept, as soon as the shards run.
  void start();
  /// On any shard: closes the listening sockets, starts no further request, and ends each
  /// connection when its answers have left; what is under way after `grace` is cut off. True when
  /// every request had finished.
  rt::Task<bool> shut_down(rt::Duration grace);

  /// Any thread.
  Totals totals() const;
  const Counters& counters(size_t shard) const { return connections_[shard]->counters(); }

 private:
  void arrived(int socket, Peer peer);

  const std::vector<rt::Shard*> shards_;
  const Limits limits_;
  std::shared_ptr<Admission> admission_;
  std::vector<std::shared_ptr<Connections>> connections_;  // one for each shard
  std::vector<std::unique_ptr<Acceptor>> acceptors_;       // used by the first shard alone
  Counter refused_;
  uint64_t next_peer_ = 0;  // the first shard's
  bool started_ = false;
  bool shut_down_ = false;
};

}  // namespace kelp::net
