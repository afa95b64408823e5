#include "cli/cluster_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/terminal.h"

namespace kelp::cli {

void add_cluster_options(CLI::App& app, ClusterOptions& options) {
  app.add_option("-b,--bootstrap-server", options.bootstrap_servers,
                 "Brokers to ask first; default 127.0.0.1:9092")
      ->type_name("HOST:PORT[,…]")
      ->envname("KELP_BOOTSTRAP_SERVERS");
  app.add_option("--timeout-ms", options.timeout_ms, "How long a step may take; default 30000")
      ->type_name("N")
      ->check(CLI::Range(1, 3'600'000));
  app.add_flag("--json", options.json, "Print JSON, for programs");
}

Result<client::Cluster> connect(const ClusterOptions& options) {
  auto addresses = client::parse_addresses(options.bootstrap_servers);
  if (!addresses.has_value()) return std::unexpected(std::move(addresses.error()));
  client::Cluster::Options to;
  to.bootstrap = *std::move(addresses);
  to.timeout = std::chrono::milliseconds(options.timeout_ms);
  to.client_id = "kelp-cli";
  auto cluster = client::Cluster::connect(std::move(to));
  if (!cluster.has_value()) {
    cluster.error().what +=
        "; -b HOST:PORT or KELP_BOOTSTRAP_SERVERS says where the cluster listens";
    // Kind invalid is for what the person wrote.
    if (cluster.error().kind == ErrorKind::invalid) cluster.error().kind = ErrorKind::io;
  }
  return cluster;
}

int complain(int exit_code, const std::string& words) {
  fmt::print(stderr, "kelp: {}\n", for_terminal(words));
  return exit_code;
}

int complain(const Error& error) {
  const bool usage = error.kind == ErrorKind::invalid;
  return complain(usage ? kUsage : kFailure, client::words_of(error));
}

}  // namespace kelp::cli
