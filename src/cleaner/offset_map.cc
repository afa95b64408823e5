#include "cleaner/offset_map.h"

#include <algorithm>

#include "base/assert.h"

namespace kelp::cleaner {
namespace {

/// A table three quarters full is probed some 2.5 times for a key that is not there.
constexpr uint64_t kFullNumerator = 3, kFullDenominator = 4;
/// Below this nothing is saved.
constexpr uint64_t kFewestSlots = 64;

}  // namespace

OffsetMap::OffsetMap(uint64_t keys, uint64_t memory_bytes, const HashSecret& secret)
    : secret_(secret) {
  const uint64_t most = std::max(memory_bytes / sizeof(Slot), kFewestSlots);
  const uint64_t wanted = keys >= most ? most : keys * kFullDenominator / kFullNumerator + 1;
  count_ = std::clamp(wanted, kFewestSlots, most);
  room_ = count_ * kFullNumerator / kFullDenominator;
  // Not a vector: untouched pages of fresh memory cost nothing.
  slots_.reset(static_cast<Slot*>(std::calloc(count_, sizeof(Slot))));
  KELP_ASSERT(slots_ != nullptr, count_);
}

OffsetMap::Slot& OffsetMap::slot_of(const KeyHash& hash) const {
  __extension__ using Wide = unsigned __int128;
  auto at = static_cast<uint64_t>((static_cast<Wide>(hash.low) * count_) >> 64);
  while (slots_[at].offset_plus_one != 0 && slots_[at].hash != hash) {
    if (++at == count_) at = 0;
  }
  return slots_[at];
}

bool OffsetMap::put(Bytes key, Offset offset) {
  KELP_ASSERT(offset >= Offset(0), offset);
  const KeyHash hash = hash_of(key, secret_);
  Slot& slot = slot_of(hash);
  if (slot.offset_plus_one == 0) {
    if (used_ == room_) return false;
    ++used_;
    slot.hash = hash;
  }
  slot.offset_plus_one = offset.value() + 1;
  return true;
}

std::optional<Offset> OffsetMap::find(Bytes key) const {
  const Slot& slot = slot_of(hash_of(key, secret_));
  if (slot.offset_plus_one == 0) return std::nullopt;
  return Offset(slot.offset_plus_one - 1);
}

}  // namespace kelp::cleaner
