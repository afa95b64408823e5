#include "base/crc32c.h"

#include <isa-l/crc.h>

namespace kelp {

uint32_t crc32c(Bytes bytes, uint32_t before) {
  // isa-l's "iscsi" CRC is the Castagnoli polynomial without the inversions; its length is an int.
  constexpr size_t kMaxPiece = size_t{1} << 30;
  uint32_t state = ~before;
  while (!bytes.empty()) {
    const Bytes piece = bytes.first(bytes.size() < kMaxPiece ? bytes.size() : kMaxPiece);
    state = crc32_iscsi(const_cast<unsigned char*>(piece.data()), static_cast<int>(piece.size()),
                        state);
    bytes = bytes.subspan(piece.size());
  }
  return ~state;
}

}  // namespace kelp
