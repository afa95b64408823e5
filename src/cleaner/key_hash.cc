#include "cleaner/key_hash.h"

#include <bit>
#include <cstring>

namespace kelp::cleaner {
namespace {

struct State {
  uint64_t a, b, c, d;

  void round() {
    a += b;
    b = std::rotl(b, 13) ^ a;
    a = std::rotl(a, 32);
    c += d;
    d = std::rotl(d, 16) ^ c;
    a += d;
    d = std::rotl(d, 21) ^ a;
    c += b;
    b = std::rotl(b, 17) ^ c;
    c = std::rotl(c, 32);
  }
  void take(uint64_t word) {
    d ^= word;
    round();
    round();
    a ^= word;
  }
  uint64_t finish() {
    for (int i = 0; i < 4; ++i) round();
    return a ^ b ^ c ^ d;
  }
};

uint64_t little(const uint8_t* from, size_t bytes) {
  uint64_t word = 0;
  std::memcpy(&word, from, bytes);
  if constexpr (std::endian::native == std::endian::big) word = std::byteswap(word);
  return word;
}

}  // namespace

KeyHash hash_of(Bytes key, const HashSecret& secret) {
  State state{0x736f6d6570736575ULL ^ secret.low, 0x646f72616e646f6dULL ^ secret.high ^ 0xee,
              0x6c7967656e657261ULL ^ secret.low, 0x7465646279746573ULL ^ secret.high};
  const uint8_t* at = key.data();
  size_t left = key.size();
  for (; left >= 8; left -= 8, at += 8) state.take(little(at, 8));
  const uint64_t length = static_cast<uint64_t>(key.size()) << 56;
  state.take(length | (left == 0 ? 0 : little(at, left)));
  state.c ^= 0xee;
  KeyHash hash;
  hash.low = state.finish();
  state.b ^= 0xdd;
  hash.high = state.finish();
  return hash;
}

}  // namespace kelp::cleaner
