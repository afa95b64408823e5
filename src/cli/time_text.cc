#include "cli/time_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

namespace kelp::cli {
namespace {

/// So many digits of a number always fit in an int64 when multiplied by a week's milliseconds.
constexpr size_t kMaxDigits = 9;

constexpr int64_t kSecond = 1000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;
constexpr int64_t kWeek = 7 * kDay;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads a text from its front; each step says whether it was there.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// Exactly so many digits.
  std::optional<int> digits(size_t count) {
    if (rest_.size() < count) return std::nullopt;
    int value = 0;
    for (size_t i = 0; i < count; ++i) {
      if (!is_digit(rest_[i])) return std::nullopt;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  /// One digit or more.
  std::optional<int64_t> number() {
    size_t count = 0;
    while (count < rest_.size() && is_digit(rest_[count])) ++count;
    if (count == 0 || count > kMaxDigits) return std::nullopt;
    return digits(count);
  }
  /// What stands behind a decimal sign, in thousandths; the digits after the third are dropped.
  std::optional<int64_t> thousandths() {
    int64_t value = 0;
    size_t count = 0;
    for (; count < rest_.size() && is_digit(rest_[count]); ++count) {
      if (count < 3) value = value * 10 + (rest_[count] - '0');
    }
    if (count == 0 || count > kMaxDigits) return std::nullopt;
    for (size_t i = count; i < 3; ++i) value *= 10;
    rest_.remove_prefix(count);
    return value;
  }

 private:
  std::string_view rest_;
};

/// Milliseconds since midnight, of `hh:mm[:ss[.fff]]`.
std::optional<int64_t> scan_time(Scanner& in) {
  const auto hour = in.digits(2);
  if (!hour || *hour > 23 || !in.take(':')) return std::nullopt;
  const auto minute = in.digits(2);
  if (!minute || *minute > 59) return std::nullopt;
  int64_t time = *hour * kHour + *minute * kMinute;
  if (!in.take(':')) return time;
  const auto second = in.digits(2);
  if (!second || *second > 59) return std::nullopt;
  time += *second * kSecond;
  if (!in.take('.')) return time;
  const auto fraction = in.thousandths();
  if (!fraction) return std::nullopt;
  return time + *fraction;
}

/// Milliseconds east of UTC, of `Z`, `+hh:mm`, `+hhmm`, `+hh` or nothing.
std::optional<int64_t> scan_zone(Scanner& in) {
  if (in.done() || in.take('Z')) return 0;
  const bool west = in.take('-');
  if (!west && !in.take('+')) return std::nullopt;
  const auto hours = in.digits(2);
  if (!hours || *hours > 18) return std::nullopt;
  int64_t offset = *hours * kHour;
  const bool colon = in.take(':');
  if (colon || !in.done()) {
    const auto minutes = in.digits(2);
    if (!minutes || *minutes > 59) return std::nullopt;
    offset += *minutes * kMinute;
  }
  return west ? -offset : offset;
}

std::optional<int64_t> scan_datetime(Scanner in) {
  const auto year = in.digits(4);
  if (!year || !in.take('-')) return std::nullopt;
  const auto month = in.digits(2);
  if (!month || !in.take('-')) return std::nullopt;
  const auto day = in.digits(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  int64_t time = 0;
  if (in.take('T')) {
    const auto scanned = scan_time(in);
    if (!scanned) return std::nullopt;
    time = *scanned;
  }
  const auto zone = scan_zone(in);
  if (!zone || !in.done()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * kDay + time - *zone;
}

struct Unit {
  char letter;
  int64_t milliseconds;
};

/// Parts in the order of their units, each at most once. Nothing when one is wrong.
std::optional<int64_t> scan_parts(Scanner& in, std::initializer_list<Unit> units, bool& any) {
  int64_t total = 0;
  auto next = units.begin();
  while (!in.done()) {
    Scanner ahead = in;
    if (ahead.take('T')) break;
    const auto count = in.number();
    if (!count) return std::nullopt;
    int64_t thousandths = 0;
    const bool has_fraction = in.take('.');
    if (has_fraction) {
      const auto fraction = in.thousandths();
      if (!fraction) return std::nullopt;
      thousandths = *fraction;
    }
    while (next != units.end() && !in.take(next->letter)) ++next;
    if (next == units.end() || (has_fraction && next->letter != 'S')) return std::nullopt;
    total += *count * next->milliseconds + thousandths;
    ++next;
    any = true;
  }
  return total;
}

std::optional<int64_t> scan_duration(Scanner in) {
  if (!in.take('P')) return std::nullopt;
  bool any = false;
  const auto days = scan_parts(in, {{'W', kWeek}, {'D', kDay}}, any);
  if (!days) return std::nullopt;
  if (!in.take('T')) return any && in.done() ? days : std::nullopt;
  any = false;
  const auto time = scan_parts(in, {{'H', kHour}, {'M', kMinute}, {'S', kSecond}}, any);
  if (!time || !any || !in.done()) return std::nullopt;
  return *days + *time;
}

}  // namespace

Result<int64_t> parse_datetime(std::string_view text) {
  const auto time = scan_datetime(Scanner(text));
  if (time.has_value()) return *time;
  return fail(ErrorKind::invalid,
              fmt::format("'{}' is no time: write 2026-11-24T05:10:30.000, in UTC or with a zone "
                          "(+02:00) behind it",
                          text));
}

Result<int64_t> parse_time(std::string_view datetime, std::string_view duration) {
  if (!datetime.empty()) return parse_datetime(datetime);
  const auto ago = parse_duration(duration);
  if (!ago.has_value()) return ago;
  return std::max<int64_t>(now_ms() - *ago, 0);
}

std::string datetime_text(int64_t time_ms) {
  constexpr int64_t kYear0 = -62'167'219'200'000;
  constexpr int64_t kYear10000 = 253'402'300'800'000;
  if (time_ms < kYear0 || time_ms >= kYear10000) return std::to_string(time_ms);
  const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(time_ms)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const int64_t of_day = (time - day).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     of_day / kHour, of_day / kMinute % 60, of_day / kSecond % 60,
                     of_day % kSecond);
}

Result<int64_t> parse_duration(std::string_view text) {
  const auto duration = scan_duration(Scanner(text));
  if (duration.has_value()) return *duration;
  return fail(ErrorKind::invalid,
              fmt::format("'{}' is no duration: write PnDTnHnMnS, such as PT15M or P1DT12H", text));
}

int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace kelp::cli
