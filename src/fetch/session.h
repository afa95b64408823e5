// Session: what a broker remembers of a consumer from one Fetch to the next (KIP-227): which
// partitions it reads, what it asked of each, what it was told last, and whose turn it is. Pure:
// who reads the partitions tells what was seen. A partition is "due" when it may have something to
// say: the rest, which is nearly all of a large session, is not touched by a fetch at all.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error_code.h"
#include "base/strong.h"
#include "base/uuid.h"

namespace kelp::fetch {

/// A topic as the session's requests name it: all by name (until v12) or all by id.
using TopicKey = std::variant<std::string, Uuid>;

/// What a client asks of one partition.
struct Wish {
  Offset from;
  int32_t max_bytes = 0;
  /// What the client believes (KIP-320, KIP-595); negative: does not say.
  Epoch current_leader_epoch{-1};
  Epoch last_fetched_epoch{-1};
};

/// What a look at one partition found.
struct Seen {
  ErrorCode error = ErrorCode::none;
  Offset high_watermark{-1};
  Offset log_start{-1};
  /// The end of what could be read; -1: no log was read.
  Offset end{-1};
  size_t record_bytes = 0;
  bool diverging = false;
};

/// The number of a partition in its session, until it is forgotten: then another one may get it.
using Slot = uint32_t;

class Session {
 public:
  enum class Naming : uint8_t { by_name, by_id };
  struct Partition {
    Wish wish;
    uint32_t topic = 0;
    int32_t index = -1;

   private:
    friend class Session;
    Offset told_high_watermark{-1}, told_log_start{-1};
    uint64_t turn = 0;  // the order of the session
    bool held = false;
    bool due = false;
  };

  explicit Session(Naming naming) : naming_(naming) {}

  Naming naming() const { return naming_; }
  /// Of the next request.
  int32_t epoch() const { return epoch_; }
  void advance_epoch();
  static int32_t epoch_after(int32_t epoch);

  size_t size() const { return places_.size(); }
  const Partition& at(Slot slot) const { return partitions_[slot]; }
  const TopicKey& topic(uint32_t topic) const { return *topics_[topic].key; }

  /// Adds a partition at the end of the order, or changes what is asked of it. It is due.
  Slot ask(const TopicKey& topic, int32_t index, const Wish& wish);
  /// Nothing: the session does not have it.
  std::optional<Slot> forget(const TopicKey& topic, int32_t index);

  /// Something happened to it: it has to be looked at. A slot that was forgotten is passed over.
  void mark_due(Slot slot);
  void mark_all_due();
  /// Partitions to be looked at, in the order of the session.
  const std::vector<Slot>& due();
  /// Whether some partition has nothing to say at present.
  bool has_quiet() { return due().size() < size(); }

  /// What a due partition has to say is in the answer to the session's first request, which has
  /// everything.
  void told(Slot slot, const Seen& seen);
  /// True: it must be in an incremental answer: records, an error, a diverging epoch, or another
  /// high watermark or log start than the client knows. Called in the order of due(), once for each
  /// answer: who gets records goes to the end of the order.
  bool tell(Slot slot, const Seen& seen);

 private:
  struct Topic {
    std::optional<TopicKey> key;  // none: free
    uint32_t partitions = 0;
  };
  std::optional<uint32_t> find_topic(const TopicKey& key) const;
  uint32_t topic_for(const TopicKey& key);
  Slot free_slot();
  static uint64_t place_of(uint32_t topic, int32_t index) {
    return uint64_t{topic} << 32 | static_cast<uint32_t>(index);
  }

  const Naming naming_;
  int32_t epoch_ = 1;  // the first request had 0
  std::vector<Partition> partitions_;
  std::vector<Slot> free_;
  boost::unordered_flat_map<uint64_t, Slot> places_;
  std::vector<Topic> topics_;
  std::vector<uint32_t> free_topics_;
  std::map<TopicKey, uint32_t> topics_by_key_;
  std::vector<Slot> due_;  // may hold some that no longer are, and some twice
  bool due_in_order_ = true;
  uint64_t last_turn_ = 0;
};

}  // namespace kelp::fetch
