// The engine that is loaded when it is wanted: what it is told, and the one function that
// libkelp-seaweed.so exports. gRPC costs a start 13 ms and 10 MiB, which nobody pays who stores on
// a disk (docs/adr/0020-the-seaweed-engine-is-loaded.md).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace kelp::seaweed {

struct SeaweedOptions {
  /// host:port or host:port.grpcport, as SeaweedFS writes them.
  std::vector<std::string> masters;
  /// One filer by its address instead of asking the masters; empty: ask.
  std::string filer;
  std::string filer_group;
  /// The folder of the filer that is ours.
  std::string root = "/kelp";
  std::string collection = "kelp";
  /// As SeaweedFS writes it ("001"); empty: the cluster's default.
  std::string replication;
  /// Of SeaweedMQ: its topics have their bare name in Kafka.
  std::string smq_namespace = "kafka";
  /// The namespaces of which it is seen what others made; "*": all.
  std::vector<std::string> smq_visible = {"*"};
  /// What a newer manifest no longer names is deleted so much later: a power loss may bring an
  /// older manifest back, because a filer does not sync what it stores.
  int64_t delete_delay_ms = 60'000;
  /// How long a start waits for the cluster to answer.
  int64_t start_timeout_ms = 60'000;
  /// mTLS: PEM files; empty: without.
  std::string tls_ca_file, tls_certificate_file, tls_key_file;
};

}  // namespace kelp::seaweed

namespace kelp::engine {

inline constexpr const char* kSeaweedLibrary = "libkelp-seaweed.so";
inline constexpr const char* kOpenSeaweedName = "kelp_open_seaweed_engine";
/// Finds the cluster and reads the catalog. Blocks. `version` is the caller's: both are of one
/// build. Errors: invalid options; io, timed_out; unsupported.
using OpenSeaweed = Result<std::unique_ptr<Engine>> (*)(const seaweed::SeaweedOptions& options,
                                                        const std::string& version);

/// What a look at the cluster found, in words for its operator.
struct SeaweedFinding {
  enum class Level : uint8_t { good, doubtful, bad };
  Level level;
  std::string words;
};
inline constexpr const char* kDiagnoseSeaweedName = "kelp_diagnose_seaweed";
/// Asks all parts of the cluster and writes, reads and deletes a little. Blocks.
using DiagnoseSeaweed = std::vector<SeaweedFinding> (*)(const seaweed::SeaweedOptions& options);

}  // namespace kelp::engine
