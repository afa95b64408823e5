// Places in a partition as people say them: `beginning`, `end`, `1200`, `-10`, a time, a duration.
// Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace kelp::cli {

struct PlaceInLog {
  enum class Kind : uint8_t { beginning, end, offset, before_end, time };
  Kind kind = Kind::beginning;
  int64_t value = 0;  // of offset, before_end (how many) and time (milliseconds)
};

/// `beginning`, `end`; N: the offset; -N: so many before the end; `2026-11-24T05:10` (see
/// time_text.h), `@MS` since 1970; `PT15M`: so long before `now_ms`. Errors: invalid.
Result<PlaceInLog> parse_place(std::string_view text, int64_t now_ms);

/// What is known of a partition.
struct LogBounds {
  int64_t beginning = 0;
  int64_t end = 0;                 // the next one to be read
  std::optional<int64_t> at_time;  // the first offset at or after the time of the place, if any
};

/// Within the bounds: a place outside becomes the nearest end.
int64_t offset_of(const PlaceInLog& place, const LogBounds& bounds);

}  // namespace kelp::cli
