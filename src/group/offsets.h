// The committed offsets of one group, by topic and partition. Pure; owned by GroupCoordinator
// beside the group. A commit is announced (begin_commit) when its record goes to the log and
// applied (finish_commit) when it is there: between the two it cannot be read, and expiry leaves
// its partition alone. Offsets of open transactions are kept apart until the transaction ends.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/uuid.h"
#include "wire/records/group_records.h"

namespace kelp::group {

struct CommittedOffset {
  int64_t offset = -1;
  int32_t leader_epoch = -1;
  std::string metadata;
  int64_t commit_wall_ms = 0;
  /// When the client said how long to keep it (OffsetCommit before version 5); else -1.
  int64_t expire_wall_ms = -1;
  Uuid topic_id;  // zero: not known

  friend bool operator==(const CommittedOffset&, const CommittedOffset&) = default;
};

CommittedOffset committed_offset_of(const wire::OffsetCommitValue& value);
wire::OffsetCommitValue value_of(const CommittedOffset& committed);

class Offsets {
 public:
  struct Entry {
    std::optional<CommittedOffset> committed;
    uint32_t in_flight = 0;  // commits on their way to the log
  };
  using Partitions = std::map<int32_t, Entry>;
  using Topics = std::map<std::string, Partitions, std::less<>>;

  bool empty() const { return topics_.empty() && transactions_.empty(); }
  /// Also partitions that have a commit in flight and no offset yet.
  const Topics& topics() const { return topics_; }

  /// Null when there is none.
  const CommittedOffset* find(std::string_view topic, int32_t partition) const;
  /// Whether there is an offset, or will be if a commit that is in flight succeeds: a deletion then
  /// needs a tombstone.
  bool knows(std::string_view topic, int32_t partition) const;

  void begin_commit(const std::string& topic, int32_t partition);
  /// Nothing: the commit failed.
  void finish_commit(std::string_view topic, int32_t partition,
                     std::optional<CommittedOffset> committed);
  /// A commit that is in the log already (loading).
  void replay(const std::string& topic, int32_t partition, CommittedOffset committed);
  /// What a producer holds for its transaction stays.
  void erase(std::string_view topic, int32_t partition);

  /// An offset that counts when the producer's transaction is committed (KIP-447).
  void add_pending(int64_t producer_id, const std::string& topic, int32_t partition,
                   CommittedOffset committed);
  void end_transaction(int64_t producer_id, bool committed);
  /// requireStable: such a partition is answered with UNSTABLE_OFFSET_COMMIT.
  bool has_pending(std::string_view topic, int32_t partition) const;
  bool has_pending() const { return !transactions_.empty(); }

  /// Since when an offset's retention counts, or nothing for one that is not to expire now.
  template <class SinceWallMs>
  std::vector<std::pair<std::string, int32_t>> expired(int64_t wall_ms, int64_t retention_ms,
                                                       SinceWallMs since) const {
    std::vector<std::pair<std::string, int32_t>> found;
    for (const auto& [topic, partitions] : topics_) {
      for (const auto& [partition, entry] : partitions) {
        if (!entry.committed || entry.in_flight > 0 || has_pending(topic, partition)) continue;
        const std::optional<int64_t> since_wall_ms = since(topic, *entry.committed);
        if (!since_wall_ms) continue;
        const int64_t expire_wall_ms = entry.committed->expire_wall_ms;
        const bool is_due =
            expire_wall_ms >= 0
                ? wall_ms >= expire_wall_ms
                : *since_wall_ms <= wall_ms - retention_ms;  // since: any that a record says
        if (is_due) found.emplace_back(topic, partition);
      }
    }
    return found;
  }

  /// Partitions with an entry.
  size_t size() const;
  void check(std::string_view group_id) const;

 private:
  Entry* entry_of(std::string_view topic, int32_t partition);
  void erase_if_idle(std::string_view topic, int32_t partition);

  Topics topics_;
  using Pending = std::map<std::pair<std::string, int32_t>, CommittedOffset>;
  std::map<int64_t, Pending> transactions_;  // by producer id
};

}  // namespace kelp::group
