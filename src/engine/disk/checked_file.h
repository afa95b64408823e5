// What our small checked files begin with: magic (4 bytes), version (2), two bytes that are 0, and
// the CRC-32C (4) of everything behind it. docs/formats has each one's rest.
#pragma once

#include <cstdint>
#include <string>

#include "base/crc32c.h"
#include "base/endian.h"
#include "base/slice.h"

namespace kelp::engine::disk {

/// Where a file's own fields begin, which are what the CRC covers.
inline constexpr size_t kCheckedFrom = 12;
inline constexpr size_t kCheckAt = 8;

/// Fills in the beginning of a file whose own fields are complete.
inline void seal_file(std::string& file, uint32_t magic, uint16_t version) {
  auto* to = reinterpret_cast<uint8_t*>(file.data());
  store_big<uint32_t>(to, magic);
  store_big<uint16_t>(to + 4, version);
  store_big<uint32_t>(to + kCheckAt, crc32c(as_bytes(file).subspan(kCheckedFrom)));
}

/// Whether it is such a file of at least `least_bytes`, and all of what was written.
inline bool is_sealed_file(Bytes file, uint32_t magic, uint16_t version, size_t least_bytes) {
  const uint8_t* from = file.data();
  return file.size() >= least_bytes && load_big<uint32_t>(from) == magic &&
         load_big<uint16_t>(from + 4) == version &&
         crc32c(file.subspan(kCheckedFrom)) == load_big<uint32_t>(from + kCheckAt);
}

}  // namespace kelp::engine::disk
