// Times as people write them: ISO 8601.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kelp::cli {

/// `2026-11-24`, `2026-11-24T05:10`, `2026-11-24T05:10:30.250`, each with `Z`, `+02:00` or `+0200`
/// behind it, else UTC. Milliseconds since 1970. Errors: invalid.
Result<int64_t> parse_datetime(std::string_view text);

/// The same: `2026-11-24T05:10:30.250Z`; the number itself where it is no time of a year with four
/// digits.
std::string datetime_text(int64_t time_ms);

/// `PnWnDTnHnMn.nS`, any part may be missing (`PT15M`, `P1DT12H`). Milliseconds. Errors: invalid.
Result<int64_t> parse_duration(std::string_view text);

/// Of the two options of every command that goes by time: `datetime`, or where that is empty so
/// long ago by this machine's clock. Errors: invalid.
Result<int64_t> parse_time(std::string_view datetime, std::string_view duration);

/// This machine's clock: milliseconds since 1970.
int64_t now_ms();

}  // namespace kelp::cli
