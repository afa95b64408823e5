// A configuration value: text made into what its key's type says, checked by its key's row, with
// Kafka's own words when it is wrong. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "config/key.h"

namespace kelp::config {

using List = std::vector<std::string>;

/// boolean -> bool; int16, int32, int64 -> int64_t; float64 -> double; list -> List; the others
/// -> std::string. monostate: null (a default that is not set).
using Value = std::variant<std::monostate, bool, int64_t, double, std::string, List>;

/// Type and check. `invalid` with Kafka 4.3's words: "Invalid value abc for configuration
/// retention.ms: Not a number of type LONG", "Invalid value 1 for configuration segment.bytes:
/// Value must be at least 1048576". Text around a value is trimmed.
Result<Value> parse_value(const Key& key, std::string_view text);

/// The row's default; monostate when it is null.
Value default_value(const Key& key);

/// Canonical text, as DescribeConfigs shows it: " 010 " of an int is "10", a list is "a,b".
std::string to_text(const Value& value);

/// The rule of a row for a person: "at least 1", "one of: compact, delete"; empty for none.
std::string describe_check(const Check& check);

std::string_view trimmed(std::string_view text);

/// Of "a, b,,c": "a", "b", "c". They point into `text`.
std::vector<std::string_view> list_items(std::string_view text);

}  // namespace kelp::config
