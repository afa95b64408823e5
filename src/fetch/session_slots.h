// SessionSlots: which fetch sessions a broker keeps, and which one goes when a new one wants in:
// Kafka's rules (KIP-227). Pure. A session that was not used for two minutes goes first. Else the
// least of those that may go: a consumer's before a follower's ("privileged"), a small one before a
// large one, and only for one that is worth more. A session may go when it is older than two
// minutes; for a follower's sake any consumer's may.
#pragma once

#include <compare>
#include <cstdint>
#include <list>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

namespace kelp::fetch {

/// Kafka's min.incremental.fetch.session.eviction.ms, which is no configuration there either.
inline constexpr int64_t kUnusedForMs = 120'000;
/// Partitions that all sessions of one owner may have: each takes some 200 bytes here and at its
/// log, so this is 100 MiB. Kafka has no such bound.
inline constexpr size_t kMostPartitions = 512 * 1024;

class SessionSlots {
 public:
  struct Options {
    size_t sessions = 1000;
    size_t partitions = kMostPartitions;
    /// Ids are `remainder` modulo `owners`, so that an id tells its owner.
    int32_t owners = 1;
    int32_t remainder = 0;
    uint64_t seed = 0;
  };
  explicit SessionSlots(Options options) : options_(options), random_(options.seed) {}

  struct Opened {
    int32_t id = 0;                // 0: there is no room
    std::vector<int32_t> evicted;  // gone to make it
  };
  Opened open(bool privileged, size_t partitions, int64_t now_ms);
  /// A session was used and has so many partitions now. False: they are too many, it is closed.
  bool touch(int32_t id, size_t partitions, int64_t now_ms);
  void close(int32_t id);

  size_t sessions() const { return by_id_.size(); }
  size_t partitions() const { return partitions_; }
  uint64_t evictions() const { return evictions_; }

 private:
  /// The order in which sessions go.
  struct Worth {
    bool privileged = false;
    size_t partitions = 0;
    int32_t id = 0;
    friend auto operator<=>(const Worth&, const Worth&) = default;
  };
  struct Session {
    Worth worth;
    int64_t created_ms = 0, used_ms = 0;
  };
  using Place = std::list<Session>::iterator;

  bool evict_unused(int64_t now_ms, std::vector<int32_t>& evicted);
  bool make_room(const Worth& wanted, int64_t now_ms, std::vector<int32_t>& evicted);
  void offer(const Session& session, int64_t now_ms);
  void withdraw(const Worth& worth);
  void evict(int32_t id, std::vector<int32_t>& evicted);
  int32_t fresh_id();

  Options options_;
  uint64_t random_;
  std::list<Session> by_use_;  // the longest unused first
  std::unordered_map<int32_t, Place> by_id_;
  std::set<Worth> for_all_, for_privileged_;  // what may go for whom
  size_t partitions_ = 0;
  uint64_t evictions_ = 0;
};

}  // namespace kelp::fetch
