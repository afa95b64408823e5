#include "cli/terminal.h"

#include <fmt/format.h>

#include <bit>
#include <cstdint>

#include "wire/utf8.h"

namespace kelp::cli {
namespace {

/// Takes the first character off well-formed UTF-8.
uint32_t take_character(std::string_view& text) {
  const auto first = static_cast<uint8_t>(text.front());
  const auto size = static_cast<size_t>(first < 0x80 ? 1 : std::countl_one(first));
  uint32_t character = size == 1 ? first : first & (0xff >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    character = character << 6 | (static_cast<uint8_t>(text[i]) & 0x3f);
  }
  text.remove_prefix(size);
  return character;
}

/// A terminal obeys it, or it changes the order of what is beside it.
bool is_dangerous(uint32_t character) {
  return character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0x61c ||
         (character >= 0x200b && character <= 0x200f) ||
         (character >= 0x2028 && character <= 0x202e) ||
         (character >= 0x2060 && character <= 0x206f) || character == 0xfeff;
}

}  // namespace

std::string for_terminal(std::string_view untrusted) {
  const std::string valid = wire::valid_utf8(untrusted);
  std::string_view rest = valid;
  std::string safe;
  while (!rest.empty()) {
    const std::string_view before = rest;
    const uint32_t character = take_character(rest);
    if (character == '\n') {
      safe += "\\n";
    } else if (character == '\t') {
      safe += "\\t";
    } else if (character == '\\') {
      safe += "\\\\";
    } else if (!is_dangerous(character)) {
      safe += before.substr(0, before.size() - rest.size());
    } else if (character < 0x80) {
      safe += fmt::format("\\x{:02x}", character);
    } else {
      safe += fmt::format("\\u{:04x}", character);
    }
  }
  return safe;
}

std::string json_for_terminal(std::string_view json) {
  const std::string valid = wire::valid_utf8(json);
  std::string_view rest = valid;
  std::string safe;
  while (!rest.empty()) {
    const std::string_view before = rest;
    const uint32_t character = take_character(rest);
    // Outside of its strings JSON has none of them, and in them the first 32 are escaped already.
    if (is_dangerous(character)) {
      safe += fmt::format("\\u{:04x}", character);
    } else {
      safe += before.substr(0, before.size() - rest.size());
    }
  }
  return safe;
}

size_t width_of(std::string_view text) {
  size_t width = 0;
  for (const char c : text) width += (static_cast<uint8_t>(c) & 0xc0) != 0x80 ? 1 : 0;
  return width;
}

}  // namespace kelp::cli
