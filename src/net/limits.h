// Limits: what the network allows. The names in comments are Kafka's configuration keys; the
// constants below them are ours, with their reasons.
#pragma once

#include <chrono>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace kelp::net {

struct Limits {
  static constexpr size_t kNone = std::numeric_limits<size_t>::max();

  size_t max_request_bytes = 104'857'600;       // socket.request.max.bytes
  std::chrono::milliseconds max_idle{600'000};  // connections.max.idle.ms; negative: no limit
  size_t max_connections = kNone;               // max.connections
  size_t max_connections_per_ip = kNone;        // max.connections.per.ip
  /// max.connections.per.ip.overrides: numeric addresses and their own limit.
  std::vector<std::pair<std::string, size_t>> max_connections_overrides;
  int send_buffer_bytes = -1;     // socket.send.buffer.bytes; negative: the system decides
  int receive_buffer_bytes = -1;  // socket.receive.buffer.bytes; negative: the system decides
  int backlog = 1024;             // socket.listen.backlog.size

  /// Bytes of requests received or under way, per shard; with it full, nobody's next request is
  /// read. Far beyond what keeps a disk busy, far below what a small machine has.
  size_t request_memory_bytes = size_t{64} << 20;
  /// Answers in memory that one connection has not taken yet; beyond it no further request of the
  /// connection is started. Ranges of files take no memory and do not count.
  size_t unsent_bytes = size_t{1} << 20;
};

/// Requests of one connection that may be under way. Java clients have 5, librdkafka as many as
/// the socket takes; 128 small ones at 0.3 ms for a group commit are 400,000 a second.
inline constexpr size_t kMaxRequestsUnderWay = 128;

/// What a request costs beside its bytes: its slot, the frames of its coroutines.
inline constexpr size_t kRequestOverheadBytes = 256;

}  // namespace kelp::net
