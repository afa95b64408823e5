#include "group/placement.h"

#include <cstddef>
#include <limits>

#include "base/assert.h"

namespace kelp::group {
namespace {

constexpr uint32_t kReplacement = 0xfffd;

/// Bytes of the sequence that begins with `lead`; 0 for none.
size_t sequence_size(uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  if (lead >= 0xf0 && lead <= 0xf4) return 4;
  return 0;
}

bool is_scalar(uint32_t point, size_t size) {
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  return point >= kSmallest[size] && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
}

/// Takes one code point off the front.
uint32_t next_point(std::string_view& utf8) {
  const auto lead = static_cast<uint8_t>(utf8[0]);
  const size_t size = sequence_size(lead);
  uint32_t point = size == 0 ? kReplacement : size == 1 ? lead : lead & (0x7f >> size);
  size_t taken = 1;
  while (taken < size && taken < utf8.size() && (utf8[taken] & 0xc0) == 0x80) {
    point = point << 6 | (utf8[taken] & 0x3f);
    ++taken;
  }
  const bool is_whole = taken == size && is_scalar(point, size);
  if (!is_whole) taken = 1;
  utf8.remove_prefix(taken);
  return is_whole ? point : kReplacement;
}

template <class OnUnit>
void for_each_utf16_unit(std::string_view utf8, OnUnit on_unit) {
  while (!utf8.empty()) {
    const uint32_t point = next_point(utf8);
    if (point < 0x10000) {
      on_unit(point);
    } else {
      on_unit(0xd800 + ((point - 0x10000) >> 10));
      on_unit(0xdc00 + ((point - 0x10000) & 0x3ff));
    }
  }
}

}  // namespace

int32_t java_string_hash(std::string_view utf8) {
  uint32_t hash = 0;
  for_each_utf16_unit(utf8, [&](uint32_t unit) { hash = hash * 31 + unit; });
  return static_cast<int32_t>(hash);
}

size_t java_string_length(std::string_view utf8) {
  size_t length = 0;
  for_each_utf16_unit(utf8, [&](uint32_t) { ++length; });
  return length;
}

int32_t partition_of_group(std::string_view group_id, int32_t partitions) {
  KELP_ASSERT(partitions > 0, partitions);
  const int32_t hash = java_string_hash(group_id);
  if (hash == std::numeric_limits<int32_t>::min()) return 0;
  return (hash < 0 ? -hash : hash) % partitions;
}

}  // namespace kelp::group
