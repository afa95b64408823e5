#include "smq/paths.h"

#include <fmt/format.h>

#include "base/assert.h"

namespace kelp::smq {
namespace {

constexpr int64_t kSecondsADay = 86'400;
/// Years 1970 to 9999: what has four digits.
constexpr int64_t kLastSecond = 253'402'300'799;

struct Date {
  int64_t year = 1970;
  int64_t month = 1;
  int64_t day = 1;
};

// Days since 1970 to a date and back, in eras of 400 years that begin in March (H. Hinnant,
// "chrono-Compatible Low-Level Date Algorithms"). For days from 1970 on.
constexpr int64_t kDaysAnEra = 146'097;
constexpr int64_t kDaysBefore1970 = 719'468;  // from March of the year 0

Date date_of(int64_t days_since_1970) {
  const int64_t days = days_since_1970 + kDaysBefore1970;
  const int64_t era = days / kDaysAnEra;
  const int64_t day_of_era = days % kDaysAnEra;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
          day_of_year - (153 * month_from_march + 2) / 5 + 1};
}

int64_t days_of(const Date& date) {
  const int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const int64_t year_of_era = year % 400;
  const int64_t month_from_march = date.month > 2 ? date.month - 3 : date.month + 9;
  const int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return year / 400 * kDaysAnEra + day_of_era - kDaysBefore1970;
}

/// As many digits as `digits` says, from the front of `text`.
std::optional<int64_t> take_digits(std::string_view& text, size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int64_t value = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

std::optional<int64_t> take_after_dash(std::string_view& text, size_t digits) {
  if (!text.starts_with('-')) return std::nullopt;
  text.remove_prefix(1);
  return take_digits(text, digits);
}

std::string text_of(int64_t utc_second) {
  KELP_ASSERT(utc_second >= 0 && utc_second <= kLastSecond, utc_second);
  const Date date = date_of(utc_second / kSecondsADay);
  const int64_t second = utc_second % kSecondsADay;
  return fmt::format("{:04}-{:02}-{:02}-{:02}-{:02}-{:02}", date.year, date.month, date.day,
                     second / 3600, second / 60 % 60, second % 60);
}

std::optional<int64_t> second_of(std::string_view text) {
  const std::string_view whole = text;
  const auto year = take_digits(text, 4);
  const auto month = take_after_dash(text, 2);
  const auto day = take_after_dash(text, 2);
  const auto hour = take_after_dash(text, 2);
  const auto minute = take_after_dash(text, 2);
  const auto second = take_after_dash(text, 2);
  if (!year || !month || !day || !hour || !minute || !second || !text.empty()) return std::nullopt;
  if (*year < 1970 || *month < 1 || *month > 12) return std::nullopt;
  const int64_t result =
      days_of({*year, *month, *day}) * kSecondsADay + *hour * 3600 + *minute * 60 + *second;
  // The 31st of a short month, the 25th hour: another time than the name says.
  if (result < 0 || result > kLastSecond || text_of(result) != whole) return std::nullopt;
  return result;
}

}  // namespace

std::string namespace_directory(std::string_view space) {
  KELP_ASSERT(fault_of_name(space) == nullptr, space.size());
  return fmt::format("{}/{}", kTopicsDirectory, space);
}

std::string topic_directory(const TopicName& topic) {
  KELP_ASSERT(fault_of_name(topic.name) == nullptr, topic.name.size());
  return fmt::format("{}/{}", namespace_directory(topic.space), topic.name);
}

std::string generation_name(int64_t unix_time_ns) {
  return "v" + text_of(unix_time_ns / 1'000'000'000);
}

std::optional<int64_t> generation_second(std::string_view name) {
  return name.starts_with('v') ? second_of(name.substr(1)) : std::nullopt;
}

std::string partition_name(RingSlice slice) {
  return fmt::format("{:04}-{:04}", slice.start, slice.stop);
}

std::optional<RingSlice> partition_slice(std::string_view name) {
  const auto start = take_digits(name, 4);
  const auto stop = take_after_dash(name, 4);
  if (!start || !stop || !name.empty()) return std::nullopt;
  if (*start >= *stop || *stop > kRingSize) return std::nullopt;
  return RingSlice{static_cast<int32_t>(*start), static_cast<int32_t>(*stop)};
}

std::string partition_directory(const TopicName& topic, int64_t unix_time_ns, RingSlice slice) {
  return fmt::format("{}/{}/{}", topic_directory(topic), generation_name(unix_time_ns),
                     partition_name(slice));
}

std::string log_file_name(int64_t utc_second) { return text_of(utc_second); }

std::optional<int64_t> log_file_second(std::string_view name) { return second_of(name); }

}  // namespace kelp::smq
