// A 128-bit id as Kafka has it: shown as 22 characters of URL-safe Base64.
#pragma once

#include <fmt/format.h>

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace kelp {

struct Uuid {
  std::array<uint8_t, 16> bytes{};

  friend auto operator<=>(const Uuid&, const Uuid&) = default;
  bool is_zero() const { return *this == Uuid{}; }

  /// 22 characters, no padding (Kafka's Uuid.toString).
  std::string text() const;
  /// The reverse; nothing for anything but 22 characters that encode 16 bytes.
  static std::optional<Uuid> parse(std::string_view text);
  /// A version 4 id from the system's randomness. Never zero, never one (Kafka reserves both), and
  /// its text never begins with '-', so that it can be passed on a command line.
  static Uuid random();
};

}  // namespace kelp

template <>
struct std::hash<kelp::Uuid> {
  size_t operator()(const kelp::Uuid& id) const {
    uint64_t halves[2];
    std::memcpy(halves, id.bytes.data(), sizeof halves);
    return halves[0] ^ (halves[1] * 0x9e3779b97f4a7c15ULL);
  }
};

template <>
struct fmt::formatter<kelp::Uuid> : fmt::formatter<std::string> {
  auto format(const kelp::Uuid& id, fmt::format_context& context) const {
    return fmt::formatter<std::string>::format(id.text(), context);
  }
};
