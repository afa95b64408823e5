#include "cli/place_in_log.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/time_text.h"
#include "cli/topic_spec.h"

namespace kelp::cli {
namespace {

using Kind = PlaceInLog::Kind;

bool starts_with_digit(std::string_view text) {
  return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

Result<PlaceInLog> number_of(Kind kind, std::string_view digits) {
  const auto number = parse_offset(digits);
  if (!number.has_value()) return std::unexpected(number.error());
  return PlaceInLog{kind, *number};
}

}  // namespace

Result<PlaceInLog> parse_place(std::string_view text, int64_t now_ms) {
  if (text == "beginning" || text == "earliest") return PlaceInLog{Kind::beginning, 0};
  if (text == "end" || text == "latest") return PlaceInLog{Kind::end, 0};
  if (text.starts_with('-')) return number_of(Kind::before_end, text.substr(1));
  if (text.starts_with('@')) return number_of(Kind::time, text.substr(1));
  if (text.starts_with('P')) {
    const auto duration = parse_duration(text);
    if (!duration.has_value()) return std::unexpected(duration.error());
    return PlaceInLog{Kind::time, std::max<int64_t>(now_ms - *duration, 0)};
  }
  // A date has a dash behind its year.
  if (starts_with_digit(text) && text.find('-') == text.npos) {
    return number_of(Kind::offset, text);
  }
  const auto time = parse_datetime(text);
  if (time.has_value() && *time >= 0) return PlaceInLog{Kind::time, *time};
  return fail(ErrorKind::invalid,
              fmt::format("'{}' is no place in a log: write beginning, end, an offset, -N for the "
                          "last N records, a time (2026-11-24T05:10:30, @MILLISECONDS) or a "
                          "duration (PT15M: so long ago)",
                          text));
}

int64_t offset_of(const PlaceInLog& place, const LogBounds& bounds) {
  int64_t offset = bounds.beginning;
  switch (place.kind) {
    case Kind::beginning:
      break;
    case Kind::end:
      offset = bounds.end;
      break;
    case Kind::offset:
      offset = place.value;
      break;
    case Kind::before_end:
      offset = bounds.end - std::min(place.value, bounds.end);
      break;
    case Kind::time:
      offset = bounds.at_time.value_or(bounds.end);
      break;
  }
  return std::clamp(offset, bounds.beginning, std::max(bounds.beginning, bounds.end));
}

}  // namespace kelp::cli
