// Frame: an encoded message as it goes on the connection. The inline bytes lie in one allocation;
// records that lie elsewhere are holes in it, in rising order of position.
#pragma once

#include <cstddef>
#include <vector>

#include "base/slice.h"

namespace kelp::wire {

/// `size` bytes of the caller's source number `source` stand before the inline byte `position`.
/// Send bytes[0, a.position), a's source, bytes[a.position, b.position), b's source, ..., the rest.
struct Splice {
  size_t position;
  size_t source;
  size_t size;
};

struct Frame {
  Buffer bytes;
  std::vector<Splice> splices;

  /// With the spliced bytes.
  size_t size() const {
    size_t total = bytes.size();
    for (const Splice& splice : splices) total += splice.size;
    return total;
  }
};

}  // namespace kelp::wire
