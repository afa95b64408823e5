// A server over real sockets on the loopback, with the fake service, for one test.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/log.h"
#include "client/raw_client.h"
#include "net/fake_service.h"
#include "net/server.h"
#include "rt/test_shard.h"

namespace kelp::test {

class RunningServer {
 public:
  explicit RunningServer(unsigned shards, net::Limits limits = {},
                         const std::string& host = "127.0.0.1") {
    set_log_level(LogLevel::off);
    for (unsigned i = 0; i < shards; ++i) {
      shards_.push_back(std::make_unique<rt::Shard>(i));
      pointers_.push_back(shards_.back().get());
    }
    server = std::make_unique<net::Server>(pointers_, service, std::move(limits));
    net::Endpoint endpoint;
    endpoint.host = host;
    const std::vector<net::Endpoint> endpoints{endpoint};
    auto bound = server->listen(endpoints);
    EXPECT_TRUE(bound.has_value()) << (bound ? "" : bound.error().text());
    if (bound) addresses = *bound;
    server->start();
    for (const auto& shard : shards_) shard->start();
  }
  ~RunningServer() {
    if (!ended_) shut_down(std::chrono::seconds(10));
    // The last answers of connections that were cut off.
    for (const auto& shard : shards_) shard->stop();
    for (const auto& shard : shards_) shard->join();
  }

  bool shut_down(rt::Duration grace) {
    ended_ = true;
    return rt::run_on(*shards_.front(),
                      [&]() -> rt::Task<bool> { return server->shut_down(grace); });
  }

  uint16_t port() const { return addresses.front().port; }
  RawClient connect(const RawClient::Options& options = {}) const {
    auto client = RawClient::connect(addresses.front().host, port(), options);
    EXPECT_TRUE(client.has_value()) << (client ? "" : client.error().text());
    return std::move(*client);
  }
  rt::Shard& shard(size_t index) { return *shards_[index]; }

  /// Waits for a counter to satisfy `condition`, with a deadline. The shards are not disturbed.
  template <class Condition>
  bool await_totals(Condition condition) const {
    const Deadline deadline = patience();
    while (!condition(server->totals())) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }

  FakeService service;
  std::vector<net::BoundAddress> addresses;

 private:
  std::vector<std::unique_ptr<rt::Shard>> shards_;
  std::vector<rt::Shard*> pointers_;

 public:
  std::unique_ptr<net::Server> server;

 private:
  bool ended_ = false;
};

inline std::string text_of(const Result<Slice>& frame) {
  return frame ? std::string(frame->text()) : "<" + frame.error().text() + ">";
}

/// Both counts of shards that every rule of the network must hold for.
class Net : public testing::TestWithParam<unsigned> {};

}  // namespace kelp::test
