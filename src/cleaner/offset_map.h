// The newest offset of each key of the part of a log that is to be compacted, in a table of fixed
// size: 24 bytes a slot, made once, as large as there may be keys and never beyond its bound
// (Kafka: log.cleaner.dedupe.buffer.size). Keys are known by their hash only. Pure; owner: one
// cleaning.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>

#include "base/slice.h"
#include "base/strong.h"
#include "cleaner/key_hash.h"

namespace kelp::cleaner {

class OffsetMap {
 public:
  /// Room for `keys` keys, or for as many as `memory_bytes` take if those are fewer.
  OffsetMap(uint64_t keys, uint64_t memory_bytes, const HashSecret& secret);

  /// The key has a record at `offset`; a later call goes before an earlier one. False: no room for
  /// another key.
  bool put(Bytes key, Offset offset);
  std::optional<Offset> find(Bytes key) const;

  uint64_t size() const { return used_; }
  uint64_t capacity() const { return room_; }

 private:
  struct Slot {
    KeyHash hash;
    int64_t offset_plus_one;  // 0: free, as fresh memory is
  };
  struct Free {
    void operator()(Slot* slots) const { std::free(slots); }
  };
  Slot& slot_of(const KeyHash& hash) const;

  const HashSecret secret_;
  uint64_t count_;  // of slots
  uint64_t room_;   // for keys: the table stays sparse
  uint64_t used_ = 0;
  std::unique_ptr<Slot[], Free> slots_;
};

}  // namespace kelp::cleaner
