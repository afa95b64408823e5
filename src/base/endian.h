// Big-endian integers in memory, as the Kafka protocol has them, at any alignment.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace kelp {

template <std::integral T>
constexpr T byte_swapped(T value) {
  if constexpr (sizeof(T) == 1)
    return value;
  else if constexpr (sizeof(T) == 2)
    return static_cast<T>(__builtin_bswap16(value));
  else if constexpr (sizeof(T) == 4)
    return static_cast<T>(__builtin_bswap32(value));
  else
    return static_cast<T>(__builtin_bswap64(value));
}

template <std::integral T>
T load_big(const uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return std::endian::native == std::endian::big ? value : byte_swapped(value);
}

template <std::integral T>
void store_big(uint8_t* to, std::type_identity_t<T> value) {
  if (std::endian::native != std::endian::big) value = byte_swapped(value);
  std::memcpy(to, &value, sizeof(T));
}

}  // namespace kelp
