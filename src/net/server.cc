#include "net/server.h"

#include <unistd.h>

#include <csignal>
#include <utility>

#include "base/assert.h"
#include "base/log.h"
#include "rt/wait.h"

namespace kelp::net {

Server::Server(std::vector<rt::Shard*> shards, Service& service, Limits limits)
    : shards_(std::move(shards)),
      limits_(std::move(limits)),
      admission_(std::make_shared<Admission>(limits_)) {
  KELP_ASSERT(!shards_.empty());
  // sendfile to a closed connection raises it and has no flag against it.
  std::signal(SIGPIPE, SIG_IGN);
  for (rt::Shard* shard : shards_) {
    connections_.push_back(std::make_shared<Connections>(*shard, service, limits_, admission_));
  }
}

Server::~Server() { KELP_ASSERT(!started_ || shut_down_); }

Result<std::vector<BoundAddress>> Server::listen(std::span<const Endpoint> endpoints) {
  KELP_ASSERT(!started_);
  std::vector<ListeningSocket> sockets;
  std::vector<BoundAddress> addresses;
  for (const Endpoint& endpoint : endpoints) {
    auto bound = bind_endpoint(endpoint, limits_);
    if (!bound) return std::unexpected(std::move(bound.error()));
    for (ListeningSocket& socket : *bound) {
      addresses.push_back(socket.bound());
      sockets.push_back(std::move(socket));
    }
  }
  for (ListeningSocket& socket : sockets) {
    auto arrival = [this](int accepted, Peer peer) { arrived(accepted, std::move(peer)); };
    acceptors_.push_back(std::make_unique<Acceptor>(std::move(socket), std::move(arrival)));
  }
  return addresses;
}

void Server::start() {
  KELP_ASSERT(!started_);
  started_ = true;
  shards_.front()->post([this] {
    for (const auto& acceptor : acceptors_) {
      const auto watched = acceptor->start(*shards_.front());
      if (!watched) log_error("{}", watched.error().text());
    }
  });
}

void Server::arrived(int socket, Peer peer) {
  const Admission::Verdict verdict = admission_->enter(peer.client_host);
  if (verdict != Admission::Verdict::admitted) {
    refused_.add();
    log_warn("refusing the connection from {}:{}: {}", peer.client_host, peer.client_port,
             verdict == Admission::Verdict::too_many
                 ? "max.connections is reached"
                 : "max.connections.per.ip is reached for this address");
    ::close(socket);
    return;
  }
  peer.id = ++next_peer_;
  connections_.front()->service().connected(peer);
  const size_t index = peer.id % shards_.size();
  auto shared = std::make_shared<Peer>(std::move(peer));
  if (index == 0) {
    connections_[0]->adopt(socket, std::move(shared));
  } else {
    shards_[index]->post(
        [home = connections_[index], socket, shared = std::move(shared)]() mutable {
          home->adopt(socket, std::move(shared));
        });
  }
}

rt::Task<bool> Server::shut_down(rt::Duration grace) {
  auto stop_accepting = [this]() -> rt::Task<void> {
    for (const auto& acceptor : acceptors_) acceptor->stop();
    acceptors_.clear();
    co_return;
  };
  co_await rt::call_on(*shards_.front(), stop_accepting);
  // All shards at once: each has the whole grace.
  std::vector<rt::Task<bool>> ending;
  for (size_t i = 0; i < shards_.size(); ++i) {
    auto end = [home = connections_[i], grace] { return home->shut_down(grace); };
    ending.push_back(rt::call_on(*shards_[i], std::move(end)));
  }
  bool all_done = true;
  for (rt::Task<bool>& task : ending) {
    const bool done = co_await task;
    all_done = all_done && done;
  }
  shut_down_ = true;
  co_return all_done;
}

Totals Server::totals() const {
  Totals sum;
  for (const auto& connections : connections_) sum.add(connections->counters());
  sum.connections_refused = refused_.value();
  return sum;
}

}  // namespace kelp::net
