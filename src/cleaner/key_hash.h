// A 128-bit keyed hash of a record's key: what the offset map knows a key by. Two keys of one hash
// would lose a record, so it is wide, and keyed (SipHash-2-4-128, Aumasson and Bernstein) so that
// nobody can make two. Pure; the secret is the caller's.
#pragma once

#include <cstdint>

#include "base/slice.h"

namespace kelp::cleaner {

struct HashSecret {
  uint64_t low = 0, high = 0;
};

struct KeyHash {
  uint64_t low = 0, high = 0;
  friend bool operator==(const KeyHash&, const KeyHash&) = default;
};

KeyHash hash_of(Bytes key, const HashSecret& secret);

}  // namespace kelp::cleaner
