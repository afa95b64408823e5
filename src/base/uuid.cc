#include "base/uuid.h"

#include <sys/random.h>

#include "base/assert.h"

namespace kelp {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr size_t kTextSize = 22;

}  // namespace

std::string Uuid::text() const {
  std::string result;
  result.reserve(kTextSize);
  uint32_t bits = 0;
  int count = 0;
  for (const uint8_t byte : bytes) {
    bits = (bits << 8) | byte;
    count += 8;
    while (count >= 6) {
      count -= 6;
      result += kAlphabet[(bits >> count) & 0x3f];
    }
  }
  result += kAlphabet[(bits << (6 - count)) & 0x3f];
  return result;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != kTextSize) return std::nullopt;
  Uuid result;
  size_t filled = 0;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      result.bytes[filled++] = static_cast<uint8_t>(bits >> count);
    }
  }
  const bool stray_bits = (bits & ((1U << count) - 1)) != 0;
  if (filled != result.bytes.size() || stray_bits) return std::nullopt;
  return result;
}

Uuid Uuid::random() {
  for (;;) {
    Uuid id;
    const ssize_t got = getrandom(id.bytes.data(), id.bytes.size(), 0);
    KELP_ASSERT(got == static_cast<ssize_t>(id.bytes.size()), got);
    id.bytes[6] = static_cast<uint8_t>((id.bytes[6] & 0x0f) | 0x40);
    id.bytes[8] = static_cast<uint8_t>((id.bytes[8] & 0x3f) | 0x80);
    if (id.text().front() != '-') return id;
  }
}

}  // namespace kelp
