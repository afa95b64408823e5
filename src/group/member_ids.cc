#include "group/member_ids.h"

#include <fmt/format.h>

namespace kelp::group {
namespace {

/// As Java writes a UUID: 8-4-4-4-12 hexadecimal digits.
std::string hyphenated(const Uuid& id) {
  std::string text;
  text.reserve(36);
  for (size_t i = 0; i < id.bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    fmt::format_to(std::back_inserter(text), "{:02x}", id.bytes[i]);
  }
  return text;
}

/// Not within a UTF-8 sequence.
std::string_view cut(std::string_view text, size_t max_size) {
  if (text.size() <= max_size) return text;
  while (max_size > 0 && (static_cast<uint8_t>(text[max_size]) & 0xc0) == 0x80) --max_size;
  return text.substr(0, max_size);
}

}  // namespace

std::string MemberIds::next(std::string_view prefix) {
  return fmt::format("{}-{}", cut(prefix, kMaxMemberIdPrefix), hyphenated(random_()));
}

}  // namespace kelp::group
