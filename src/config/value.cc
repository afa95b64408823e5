#include "config/value.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "base/assert.h"

namespace kelp::config {
namespace {

constexpr std::string_view kBlanks = " \t\n\v\f\r";

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

std::unexpected<Error> invalid(const Key& key, std::string_view shown, std::string_view why) {
  // A password's text is not repeated in a message.
  return fail(ErrorKind::invalid,
              fmt::format("Invalid value {} for configuration {}: {}",
                          key.is_sensitive() ? "[hidden]" : shown, key.name, why));
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return std::nullopt;
  }
  Number number{};
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc{} || at != end) return std::nullopt;
  return number;
}

template <class Integer>
std::optional<Value> integer_in(std::string_view text) {
  const auto number = number_in<Integer>(text);
  if (!number) return std::nullopt;
  return Value(int64_t{*number});
}

/// Split at commas with the blanks around them; no text is no element, but "a," has an empty one.
std::vector<std::string_view> elements_of(std::string_view text) {
  std::vector<std::string_view> elements;
  if (text.empty()) return elements;
  for (size_t from = 0; from <= text.size();) {
    const size_t comma = std::min(text.find(',', from), text.size());
    elements.push_back(trimmed(text.substr(from, comma - from)));
    from = comma + 1;
  }
  return elements;
}

List list_in(std::string_view text) {
  const auto elements = elements_of(text);
  return List(elements.begin(), elements.end());
}

/// Nothing: not a number of that type.
std::optional<Value> number_of(Type type, std::string_view text) {
  switch (type) {
    case Type::int16:
      return integer_in<int16_t>(text);
    case Type::int32:
      return integer_in<int32_t>(text);
    case Type::int64:
      return integer_in<int64_t>(text);
    case Type::float64:
      if (const auto number = number_in<double>(text); number && !std::isnan(*number)) {
        return Value(*number);
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

Result<Value> typed(const Key& key, std::string_view given) {
  const std::string_view text = trimmed(given);
  switch (key.type) {
    case Type::boolean:
      if (equal_ignoring_case(text, "true")) return Value(true);
      if (equal_ignoring_case(text, "false")) return Value(false);
      return invalid(key, given, "Expected value to be either true or false");
    case Type::int16:
    case Type::int32:
    case Type::int64:
    case Type::float64:
      if (auto number = number_of(key.type, text)) return *std::move(number);
      return invalid(key, given, fmt::format("Not a number of type {}", name_of(key.type)));
    case Type::list:
      return Value(list_in(text));
    case Type::password:  // blanks may belong to it
      return Value(std::string(given));
    case Type::string:
    case Type::class_name:
      return Value(std::string(text));
  }
  return invalid(key, given, "unknown type");
}

std::string bound_text(double bound) {
  return std::floor(bound) == bound ? fmt::format("{}", static_cast<int64_t>(bound))
                                    : fmt::format("{}", bound);
}

double as_double(const Value& value) {
  if (const auto* number = std::get_if<int64_t>(&value)) return static_cast<double>(*number);
  return std::get<double>(value);
}

bool is_option(const Check& check, std::string_view text) {
  const bool any_case = check.kind == Check::Kind::one_of_any_case;
  return std::ranges::any_of(check.options, [&](std::string_view option) {
    return any_case ? equal_ignoring_case(option, text) : option == text;
  });
}

Result<void> check_options(const Key& key, std::string_view text) {
  if (is_option(key.check, text)) return {};
  const bool any_case = key.check.kind == Check::Kind::one_of_any_case;
  return invalid(key, text,
                 fmt::format("String must be one of{}: {}", any_case ? " (case insensitive)" : "",
                             fmt::join(key.check.options, ", ")));
}

bool is_partition_and_broker(std::string_view text) {
  const size_t colon = text.find(':');
  const auto digits = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == part.npos;
  };
  return colon != text.npos && digits(text.substr(0, colon)) && digits(text.substr(colon + 1));
}

bool has_duplicate(List list) {
  std::ranges::sort(list);
  return std::ranges::adjacent_find(list) != list.end();
}

Result<void> check_list(const Key& key, const List& list) {
  const auto about = [&](std::string_view rule) {
    return fail(ErrorKind::invalid, fmt::format("Configuration '{}' {}", key.name, rule));
  };
  if (key.check.kind == Check::Kind::throttled_replicas) {
    const bool all = list.size() == 1 && list.front() == "*";
    if (all || std::ranges::all_of(list, is_partition_and_broker)) return {};
    return invalid(key, fmt::format("[{}]", fmt::join(list, ", ")),
                   fmt::format("{} must be the literal '*' or a list of replicas in the following "
                               "format: [partitionId]:[brokerId],[partitionId]:[brokerId],...",
                               key.name));
  }
  if (key.check.kind == Check::Kind::non_empty_list && list.empty()) {
    return about("must not be empty. Valid values include: any non-empty value");
  }
  if (std::ranges::find(list, std::string_view{}) != list.end())
    return about("values must not be empty.");
  if (key.check.kind != Check::Kind::list_of && has_duplicate(list)) {
    return about("values must not be duplicated.");
  }
  if (!key.check.options.empty()) {
    for (const std::string& element : list) {
      if (auto good = check_options(key, element); !good) return good;
    }
  }
  return {};
}

std::string_view without_digits(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of("0123456789"), text.size()));
}

/// Days, hours, minutes and seconds of ISO 8601, each at most once, none negative: "P1DT2H3M4.5S".
bool is_duration(std::string_view text) {
  if (!text.starts_with('P')) return false;
  text.remove_prefix(1);
  std::string_view units = "DTHMS";  // those that may follow
  bool has_part = false;
  while (!text.empty()) {
    const std::string_view rest = without_digits(text);
    std::string_view unit = rest;
    if (rest.starts_with('.')) unit = without_digits(rest.substr(1));
    if (unit.empty() || units.find(unit.front()) == units.npos) return false;
    const bool has_digits = rest.size() < text.size();
    const bool has_fraction = unit.size() < rest.size();
    if (has_digits == (unit.front() == 'T') || (has_fraction && unit.front() != 'S')) return false;
    // Hours, minutes and seconds stand behind the T.
    if (unit.front() != 'T' && unit.front() != 'D' && units.find('T') != units.npos) return false;
    units.remove_prefix(units.find(unit.front()) + 1);
    has_part = unit.front() != 'T';
    text = unit.substr(1);
  }
  return has_part;
}

Result<void> check_offset_reset(const Key& key, std::string_view text) {
  constexpr std::string_view kByDuration = "by_duration:";
  if (text == "earliest" || text == "latest") return {};
  if (text.starts_with(kByDuration) && is_duration(text.substr(kByDuration.size()))) return {};
  return invalid(key, text,
                 fmt::format("Invalid value `{}` for configuration {}. The value must be either "
                             "'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'.",
                             text, key.name));
}

Result<void> check_value(const Key& key, const Value& value) {
  const Check& check = key.check;
  if (const auto* list = std::get_if<List>(&value)) return check_list(key, *list);
  switch (check.kind) {
    case Check::Kind::at_least:
    case Check::Kind::between:
      if (as_double(value) < check.low) {
        return invalid(key, to_text(value), "Value must be at least " + bound_text(check.low));
      }
      if (check.kind == Check::Kind::between && as_double(value) > check.high) {
        return invalid(key, to_text(value), "Value must be no more than " + bound_text(check.high));
      }
      return {};
    case Check::Kind::gzip_level:
      if (const auto level = std::get<int64_t>(value); level == -1 || (level >= 1 && level <= 9)) {
        return {};
      }
      return invalid(key, to_text(value), "Value must be between 1 and 9 or equal to -1");
    case Check::Kind::one_of:
    case Check::Kind::one_of_any_case:
      return check_options(key, std::get<std::string>(value));
    case Check::Kind::non_empty:
      if (!std::get<std::string>(value).empty()) return {};
      return invalid(key, "", "String must be non-empty");
    case Check::Kind::offset_reset:
      return check_offset_reset(key, std::get<std::string>(value));
    default:
      return {};
  }
}

/// As Java's Double.toString: 2.0, not 2; 1.0E7 and 1.0E-4, not 1e+07 and 1e-04.
std::string double_text(double number) {
  const double size = std::abs(number);
  const bool scientific = size != 0 && std::isfinite(number) && (size >= 1e7 || size < 1e-3);
  if (!scientific) {
    std::string text = fmt::format("{}", number);
    return text.find_first_of(".in") == text.npos ? text + ".0" : text;
  }
  constexpr size_t kLongest = 32;  // of a double's shortest text
  std::array<char, kLongest> written;
  const auto end = std::to_chars(written.data(), written.data() + written.size(), number,
                                 std::chars_format::scientific);
  const std::string_view text(written.data(), end.ptr);
  const size_t e = text.find('e');
  std::string mantissa(text.substr(0, e));
  if (mantissa.find('.') == mantissa.npos) mantissa += ".0";
  return fmt::format("{}E{}", mantissa, std::stoi(std::string(text.substr(e + 1))));
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {text.data(), 0};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::vector<std::string_view> list_items(std::string_view text) {
  auto items = elements_of(text);
  std::erase_if(items, [](std::string_view item) { return item.empty(); });
  return items;
}

Result<Value> parse_value(const Key& key, std::string_view text) {
  auto value = typed(key, text);
  if (!value) return value;
  if (auto good = check_value(key, *value); !good) return std::unexpected(std::move(good.error()));
  return value;
}

Value default_value(const Key& key) {
  if (!key.has_default()) return {};
  auto value = typed(key, key.default_text);
  KELP_ASSERT(value.has_value());
  return *std::move(value);
}

std::string to_text(const Value& value) {
  switch (value.index()) {
    case 0:
      return {};
    case 1:
      return std::get<bool>(value) ? "true" : "false";
    case 2:
      return fmt::format("{}", std::get<int64_t>(value));
    case 3:
      return double_text(std::get<double>(value));
    case 4:
      return std::get<std::string>(value);
    default:
      return fmt::format("{}", fmt::join(std::get<List>(value), ","));
  }
}

std::string describe_check(const Check& check) {
  switch (check.kind) {
    case Check::Kind::at_least:
      return "at least " + bound_text(check.low);
    case Check::Kind::between:
      return fmt::format("{} to {}", bound_text(check.low), bound_text(check.high));
    case Check::Kind::one_of:
    case Check::Kind::one_of_any_case:
      return fmt::format("one of: {}", fmt::join(check.options, ", "));
    case Check::Kind::list_of:
    case Check::Kind::distinct_list_of:
      return fmt::format("any of: {}", fmt::join(check.options, ", "));
    case Check::Kind::non_empty:
    case Check::Kind::non_empty_list:
      return "not empty";
    case Check::Kind::gzip_level:
      return "1 to 9, or -1";
    case Check::Kind::throttled_replicas:
      return "* or partition:broker, …";
    case Check::Kind::offset_reset:
      return "earliest, latest or by_duration:PnDTnHnMn.nS";
    case Check::Kind::any:
      return {};
  }
  return {};
}

}  // namespace kelp::config
