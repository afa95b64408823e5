#include "client/partitioner.h"

namespace kelp::client {
namespace {

constexpr uint32_t kSeed = 0x9747b28c;
constexpr uint32_t kMultiplier = 0x5bd1e995;
constexpr int kShift = 24;

uint32_t load_little(const uint8_t* from) {
  return uint32_t{from[0]} | uint32_t{from[1]} << 8 | uint32_t{from[2]} << 16 |
         uint32_t{from[3]} << 24;
}

}  // namespace

int32_t murmur2(Bytes bytes) {
  uint32_t hash = kSeed ^ static_cast<uint32_t>(bytes.size());
  for (; bytes.size() >= 4; bytes = bytes.subspan(4)) {
    uint32_t word = load_little(bytes.data()) * kMultiplier;
    word = (word ^ word >> kShift) * kMultiplier;
    hash = hash * kMultiplier ^ word;
  }
  for (size_t i = bytes.size(); i-- > 0;) hash ^= uint32_t{bytes[i]} << (8 * i);
  if (!bytes.empty()) hash *= kMultiplier;
  hash = (hash ^ hash >> 13) * kMultiplier;
  return static_cast<int32_t>(hash ^ hash >> 15);
}

int32_t partition_for_key(Bytes key, int32_t partitions) {
  return (murmur2(key) & 0x7fffffff) % partitions;
}

}  // namespace kelp::client
