#include "engine/disk/layout.h"

#include <charconv>

namespace kelp::engine::disk {
namespace {

constexpr size_t kOffsetDigits = 20;

template <class T>
std::optional<T> parse_digits(std::string_view digits) {
  T value = 0;
  const char* end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, value);
  if (error != std::errc() || stopped != end || value < 0) return std::nullopt;
  return value;
}

}  // namespace

std::string segment_name(Offset base, std::string_view suffix) {
  return fmt::format("{:020}{}", base.value(), suffix);
}

std::optional<Offset> parse_segment_name(std::string_view name, std::string_view suffix) {
  if (name.size() != kOffsetDigits + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
  const auto value = parse_digits<int64_t>(name.substr(0, kOffsetDigits));
  return value ? std::optional(Offset(*value)) : std::nullopt;
}

std::optional<int32_t> parse_partition_name(std::string_view name) {
  const auto value = parse_digits<int32_t>(name);
  return value && std::to_string(*value) == name ? value : std::nullopt;
}

}  // namespace kelp::engine::disk
