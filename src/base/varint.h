// Variable-length integers of the Kafka protocol: base 128, least significant group first; signed
// ones are zigzag coded.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/slice.h"

namespace kelp {

inline constexpr size_t kMaxVarint32Bytes = 5;
inline constexpr size_t kMaxVarint64Bytes = 10;

constexpr uint32_t zigzag(int32_t value) {
  return (static_cast<uint32_t>(value) << 1) ^ static_cast<uint32_t>(value >> 31);
}
constexpr uint64_t zigzag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}
constexpr int32_t unzigzag(uint32_t value) {
  return static_cast<int32_t>((value >> 1) ^ (0U - (value & 1)));
}
constexpr int64_t unzigzag(uint64_t value) {
  return static_cast<int64_t>((value >> 1) ^ (uint64_t{0} - (value & 1)));
}

/// Bytes that the unsigned varint takes.
constexpr size_t varint_size(uint64_t value) {
  return (static_cast<size_t>(std::bit_width(value | 1)) + 6) / 7;
}

/// Writes an unsigned varint; the caller has made room for varint_size(value) bytes. Returns the
/// byte after it.
inline uint8_t* store_varint(uint8_t* to, uint64_t value) {
  while (value >= 0x80) {
    *to++ = static_cast<uint8_t>(value | 0x80);
    value >>= 7;
  }
  *to++ = static_cast<uint8_t>(value);
  return to;
}

/// Reads an unsigned varint from the front of `bytes` and moves past it. Nothing when it is cut
/// short, longer than `max_bytes`, or does not fit the type; `bytes` is then unchanged.
inline std::optional<uint64_t> take_varint64(Bytes& bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size() && i < kMaxVarint64Bytes; ++i) {
    const uint8_t byte = bytes[i];
    if (i == kMaxVarint64Bytes - 1 && byte > 1) return std::nullopt;
    value |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
    if ((byte & 0x80) == 0) {
      bytes = bytes.subspan(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

inline std::optional<uint32_t> take_varint32(Bytes& bytes) {
  uint32_t value = 0;
  for (size_t i = 0; i < bytes.size() && i < kMaxVarint32Bytes; ++i) {
    const uint8_t byte = bytes[i];
    if (i == kMaxVarint32Bytes - 1 && byte > 0x0f) return std::nullopt;
    value |= static_cast<uint32_t>(byte & 0x7f) << (7 * i);
    if ((byte & 0x80) == 0) {
      bytes = bytes.subspan(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

}  // namespace kelp
