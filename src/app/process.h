// Process: a running Kelp: shards, engine, broker and network, put together. The only place that
// names a concrete engine. Used by one thread, main's, which is no shard.
#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "app/options.h"
#include "broker/broker.h"
#include "engine/engine.h"
#include "net/server.h"
#include "rt/shard.h"

namespace kelp::app {

class Process {
 public:
  explicit Process(ServeOptions options);
  ~Process();

  /// Opens the engine, recovers, binds and listens. What fails says which: `exit_code` for the
  /// shell.
  struct Failure {
    Exit exit_code;
    Error error;
  };
  std::expected<void, Failure> start(std::chrono::steady_clock::time_point begun);

  /// Serves until SIGTERM or SIGINT, then drains, syncs and leaves the clean mark. A second signal
  /// ends it at once.
  Exit run_until_signal();

 private:
  std::expected<void, Failure> open_engine();
  std::expected<void, Failure> listen();
  void announce(std::chrono::steady_clock::time_point begun) const;
  Result<void> stop();

  ServeOptions options_;
  std::vector<std::unique_ptr<rt::Shard>> shards_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<broker::Broker> broker_;
  std::unique_ptr<net::Server> server_;
  std::vector<net::BoundAddress> bound_;
};

}  // namespace kelp::app
