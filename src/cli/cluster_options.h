// What every command that talks to a cluster takes, and how each of them says that it failed. The
// exit codes: 0, 1 for a failure, 2 for options that do not fit together.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "client/cluster.h"

namespace CLI {
class App;
}

namespace kelp::cli {

inline constexpr int kFailure = 1;
inline constexpr int kUsage = 2;

struct ClusterOptions {
  std::string bootstrap_servers = "127.0.0.1:9092";
  int64_t timeout_ms = 30'000;
  bool json = false;
};

/// -b, --timeout-ms, --json.
void add_cluster_options(CLI::App& app, ClusterOptions& options);

/// Errors say where it looked and what to do; usage errors are of kind invalid.
Result<client::Cluster> connect(const ClusterOptions& options);

/// `kelp: …` on stderr; the exit code.
int complain(const Error& error);
int complain(int exit_code, const std::string& words);

}  // namespace kelp::cli
