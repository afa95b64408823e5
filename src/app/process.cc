#include "app/process.h"

#include <csignal>
#include <cstdio>

#include "app/announce.h"
#include "app/seaweed_module.h"
#include "base/log.h"
#include "engine/disk/disk_engine.h"
#include "engine/memory/memory_engine.h"
#include "rt/run_on.h"

namespace kelp::app {
namespace {

/// How long clients have to take their answers when the process ends; Kubernetes allows 30 s for
/// everything.
constexpr std::chrono::seconds kDrainTime{5};

net::Limits limits_of(const config::BrokerConfig& config) {
  net::Limits limits;
  limits.max_request_bytes = static_cast<size_t>(config.socket_request_max_bytes);
  limits.max_idle = std::chrono::milliseconds(config.connections_max_idle_ms);
  limits.max_connections = static_cast<size_t>(config.max_connections);
  limits.max_connections_per_ip = static_cast<size_t>(config.max_connections_per_ip);
  for (const auto& [address, limit] : config.max_connections_per_ip_overrides) {
    limits.max_connections_overrides.emplace_back(address, static_cast<size_t>(limit));
  }
  limits.send_buffer_bytes = config.socket_send_buffer_bytes;
  limits.receive_buffer_bytes = config.socket_receive_buffer_bytes;
  limits.backlog = config.socket_listen_backlog_size;
  if (config.queued_max_request_bytes > 0) {
    limits.request_memory_bytes = static_cast<size_t>(config.queued_max_request_bytes);
  }
  return limits;
}

bool is_wildcard(const std::string& host) {
  return host.empty() || host == "0.0.0.0" || host == "::";
}

std::unexpected<Process::Failure> failure(Exit code, Error error) {
  return std::unexpected(Process::Failure{code, std::move(error)});
}

}  // namespace

Process::Process(ServeOptions options) : options_(std::move(options)) {}

Process::~Process() {
  server_.reset();
  broker_.reset();
  for (const auto& shard : shards_) shard->stop();
  for (const auto& shard : shards_) shard->join();
  engine_.reset();
}

std::expected<void, Process::Failure> Process::open_engine() {
  const config::BrokerConfig& config = options_.nodes.front();
  switch (config.engine) {
    case config::EngineKind::memory:
      engine_ = engine::make_memory_engine();
      return {};
    case config::EngineKind::disk: {
      engine::DiskOptions disk;
      disk.path = config.data_dir;
      auto opened = engine::open_disk_engine(std::move(disk));
      if (!opened.has_value()) return failure(Exit::failure, std::move(opened.error()));
      engine_ = *std::move(opened);
      return {};
    }
    case config::EngineKind::seaweed: {
      auto opened = open_seaweed(seaweed_options_of(config.seaweed));
      if (!opened.has_value()) {
        const bool wrong = opened.error().kind == ErrorKind::invalid;
        return failure(wrong ? Exit::configuration : Exit::failure, std::move(opened.error()));
      }
      engine_ = *std::move(opened);
      return {};
    }
  }
  return failure(Exit::failure, {ErrorKind::unsupported, "unknown engine"});
}

std::expected<void, Process::Failure> Process::start(std::chrono::steady_clock::time_point begun) {
  const config::BrokerConfig& config = options_.nodes.front();
  if (auto opened = open_engine(); !opened.has_value()) return opened;
  std::vector<rt::Shard*> shards;
  for (int32_t i = 0; i < config.shards; ++i) {
    shards_.push_back(std::make_unique<rt::Shard>(static_cast<unsigned>(i)));
    shards_.back()->start();
    shards.push_back(shards_.back().get());
  }
  broker_ = std::make_unique<broker::Broker>(*engine_, shards, options_.settings, options_.nodes);
  auto recovered = rt::run_on(*shards_.front(), [this] { return broker_->start(); });
  if (!recovered.has_value()) return failure(Exit::failure, std::move(recovered.error()));
  server_ = std::make_unique<net::Server>(shards, *broker_, limits_of(config));
  if (auto listening = listen(); !listening.has_value()) return listening;
  server_->start();
  announce(begun);
  return {};
}

std::expected<void, Process::Failure> Process::listen() {
  std::vector<net::Endpoint> endpoints;
  for (size_t node = 0; node < options_.nodes.size(); ++node) {
    const auto& listeners = options_.nodes[node].listeners;
    for (size_t listener = 0; listener < listeners.size(); ++listener) {
      net::Endpoint& endpoint = endpoints.emplace_back();
      endpoint.host = listeners[listener].host;
      endpoint.port = listeners[listener].port;
      endpoint.listener = listener;
      endpoint.node = node;
    }
  }
  auto bound = server_->listen(endpoints);
  if (!bound.has_value()) return failure(Exit::cannot_listen, std::move(bound.error()));
  bound_ = *std::move(bound);
  std::vector<std::vector<broker::NodeAddress>> addresses(options_.nodes.size());
  for (size_t node = 0; node < options_.nodes.size(); ++node) {
    addresses[node].resize(options_.nodes[node].listeners.size());
  }
  for (const net::BoundAddress& bound : bound_) {  // a host's name may have bound several sockets
    const config::ListenerConfig& listener = options_.nodes[bound.node].listeners[bound.listener];
    broker::NodeAddress& address = addresses[bound.node][bound.listener];
    address.advertised_host = listener.advertised_host;
    if (!address.advertised_host.has_value() && !is_wildcard(listener.host)) {
      address.advertised_host = listener.host;
    }
    address.port = listener.advertised_port.value_or(bound.port);
  }
  broker_->set_addresses(std::move(addresses));
  return {};
}

void Process::announce(std::chrono::steady_clock::time_point begun) const {
  Started started;
  const auto image = rt::run_on(
      *shards_.front(), [this]() -> rt::Task<broker::ClusterRef> { co_return broker_->image(); });
  started.cluster_id = image->cluster_id();
  started.engine = engine_->traits().name;
  const config::BrokerConfig& first = options_.nodes.front();
  if (first.engine == config::EngineKind::disk) started.data_dir = first.data_dir;
  if (first.engine == config::EngineKind::seaweed) {
    started.data_dir = fmt::format("{} of the filer", first.seaweed.root);
  }
  started.topics = image->topics().size();
  started.partitions = image->partition_count();
  for (const net::BoundAddress& bound : bound_) {
    const config::BrokerConfig& node = options_.nodes[bound.node];
    const config::ListenerConfig& listener = node.listeners[bound.listener];
    ListenerLine& line = started.listeners.emplace_back();
    line.name = listener.name;
    line.node_id = node.node_id;
    line.host = is_wildcard(listener.host) ? "*" : listener.host;
    line.port = bound.port;
    const uint16_t port = listener.advertised_port.value_or(bound.port);
    if (listener.advertised_host.has_value() || !is_wildcard(listener.host)) {
      line.advertised =
          fmt::format("{}:{}", listener.advertised_host.value_or(listener.host), port);
    } else {
      line.advertised = fmt::format("the address that each client used, port {}", port);
    }
  }
  started.milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::steady_clock::now() - begun)
                             .count();
  log_info("{}", ready_line(started));
  if (options_.ready_json) {
    std::printf("%s\n", ready_json(started).c_str());
    std::fflush(stdout);
  }
  if (options_.hints) std::fputs(hints(started).c_str(), stderr);
}

Exit Process::run_until_signal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  int signal = 0;
  sigwait(&signals, &signal);
  log_info("stopping ({})", signal == SIGINT ? "SIGINT" : "SIGTERM");
  // The next one does what it does by default: end the process.
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  const Result<void> stopped = stop();
  if (!stopped.has_value()) {
    log_error("{}", stopped.error().text());
    return Exit::failure;
  }
  log_info("stopped");
  return Exit::ok;
}

Result<void> Process::stop() {
  rt::Shard& first = *shards_.front();
  rt::run_on(first, [this] { return broker_->release_waiting(); });
  rt::run_on(first, [this] { return server_->shut_down(kDrainTime); });
  rt::run_on(first, [this] { return broker_->stop(); });
  return rt::run_on(first, [this] { return engine_->close(); });
}

}  // namespace kelp::app
