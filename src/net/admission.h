// Admission: who may connect: max.connections, max.connections.per.ip and its overrides. Shared by
// all shards: a connection enters on the accepting shard and leaves on its own, so it has a lock,
// taken twice in a connection's life.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "net/limits.h"

namespace kelp::net {

class Admission {
 public:
  explicit Admission(const Limits& limits);

  enum class Verdict : uint8_t { admitted, too_many, too_many_of_address };
  /// Counts a connection of this numeric address when it is admitted; leave() ends it.
  Verdict enter(const std::string& client_host);
  void leave(const std::string& client_host);

 private:
  size_t limit_of(const std::string& client_host) const;

  const size_t max_connections_;
  const size_t max_per_address_;
  std::unordered_map<std::string, size_t> overrides_;
  const bool counts_addresses_;

  std::mutex mutex_;
  size_t connections_ = 0;
  std::unordered_map<std::string, size_t> of_address_;
};

}  // namespace kelp::net
