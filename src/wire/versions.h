// Ranges of versions, and the words with which a message's describe() says what a field is: in
// which versions it exists, in which of them it may be null, whether it is a tagged field.
#pragma once

#include <cstdint>
#include <limits>

namespace kelp::wire {

/// From `min` to `max`, both included. Empty when max < min.
struct Versions {
  int16_t min = 0;
  int16_t max = std::numeric_limits<int16_t>::max();

  constexpr bool has(int version) const { return version >= min && version <= max; }
  friend constexpr bool operator==(Versions, Versions) = default;
};

inline constexpr Versions kAlways{};
inline constexpr Versions kNever{0, -1};

constexpr Versions since(int16_t first) { return {first, kAlways.max}; }
constexpr Versions until(int16_t last) { return {0, last}; }
constexpr Versions between(int16_t first, int16_t last) { return {first, last}; }

/// In which versions a std::optional field may be null; where it may not, null is refused on
/// decoding and written as empty. Without it: in all.
struct Nullable {
  Versions versions = kAlways;
};
constexpr Nullable nullable(Versions versions) { return {versions}; }

/// The field is written in the tag section of its struct (KIP-482), and only when it differs from
/// its value in a default-constructed struct.
struct Tag {
  uint32_t number;
};
constexpr Tag tag(uint32_t number) { return {number}; }

/// A string that has its 16-bit length also in flexible versions (the request header's client id).
struct NeverCompact {};
inline constexpr NeverCompact kNeverCompact{};

}  // namespace kelp::wire
