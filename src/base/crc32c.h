// CRC-32C (Castagnoli), with the processor's instructions where it has them (isa-l chooses at run
// time).
#pragma once

#include <cstdint>

#include "base/slice.h"

namespace kelp {

/// The CRC of `bytes`, or of what `before` was the CRC of followed by `bytes`.
uint32_t crc32c(Bytes bytes, uint32_t before = 0);

}  // namespace kelp
