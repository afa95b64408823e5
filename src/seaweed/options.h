// What the engine is told about its cluster.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

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
  /// What a newer manifest no longer names is deleted so much later: a power loss may bring an
  /// older manifest back, because a filer does not sync what it stores.
  int64_t delete_delay_ms = 60'000;
  /// How long a start waits for the cluster to answer.
  int64_t start_timeout_ms = 60'000;
  /// mTLS: PEM files; empty: without.
  std::string tls_ca_file, tls_certificate_file, tls_key_file;
};

}  // namespace kelp::seaweed
