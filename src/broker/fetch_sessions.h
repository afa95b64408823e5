// FetchSessions: the fetch sessions of one node that one shard keeps. A session stays on the shard
// that made it, and its id names that shard: a request that comes over another one's connection is
// taken there. Owner: the shard.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>

#include "broker/cluster.h"
#include "broker/fetch_watch.h"
#include "fetch/session.h"
#include "fetch/session_slots.h"
#include "net/counters.h"
#include "rt/wait.h"

namespace kelp::broker {

struct FetchSession {
  explicit FetchSession(fetch::Session first) : state(std::move(first)) {}
  ~FetchSession() { watch->close(); }

  fetch::Session state;
  const std::shared_ptr<FetchWatch> watch = std::make_shared<FetchWatch>();
  /// The image by which the quiet partitions were found where they are.
  std::weak_ptr<const ClusterImage> image;
  /// One fetch at a time: another waits for its turn, and the first then waits no longer.
  rt::Budget turn{1};
  bool closed = false;
};

/// For whoever watches the broker; as Kafka's metrics of FetchSessionCache.
struct FetchSessionCounters {
  net::Counter sessions;
  net::Counter partitions;
  net::Counter evictions;
};

class FetchSessions {
 public:
  /// `most` sessions on this shard, the one of number `shard` of `shards`.
  FetchSessions(size_t most, size_t shard, size_t shards);

  /// Which of `shards` keeps the session, if any does.
  static size_t shard_of(int32_t id, size_t shards) {
    return id > 0 ? static_cast<size_t>(id) % shards : 0;
  }

  /// Makes the session, of so many partitions, if there is room; 0 if there is none.
  int32_t open(size_t partitions, bool privileged, int64_t now_ms,
               const std::function<fetch::Session()>& make);
  std::shared_ptr<FetchSession> find(int32_t id) const;
  /// It was used. False: it has become too large, and is closed.
  bool touch(int32_t id, int64_t now_ms);
  void close(int32_t id);

  const FetchSessionCounters& counters() const { return counters_; }

 private:
  void drop(int32_t id);
  void count();

  fetch::SessionSlots slots_;
  std::unordered_map<int32_t, std::shared_ptr<FetchSession>> sessions_;
  FetchSessionCounters counters_;
};

}  // namespace kelp::broker
