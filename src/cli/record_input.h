// Records as people and programs write them on lines of stdin. The other way is record_output.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "record/headers.h"

namespace kelp::cli {

struct InputRecord {
  std::optional<std::string> key;
  std::optional<std::string> value;
  record::HeaderList headers;
  std::optional<int64_t> timestamp_ms;
  std::optional<int32_t> partition;
};

/// Lines of text or of hex digits.
struct TextInput {
  bool hex = false;
  std::optional<std::string> key_separator;  // behind the key; nothing: there are no keys
  std::optional<std::string> null_text;      // a key or value of just this is null
};

/// Errors: invalid, for the line.
Result<InputRecord> parse_text_record(std::string_view line, const TextInput& input);

/// An object with `value` (a string or null) or `value_base64`, and any of `key`, `key_base64`,
/// `headers`, `timestamp`, `partition`; what else `kelp consume --json` tells of a record is passed
/// over. Errors: invalid, for the line.
Result<InputRecord> parse_json_record(std::string_view line);

/// `NAME=VALUE`, or `NAME` for null. Errors: invalid.
Result<void> parse_header(std::string_view text, record::HeaderList& headers);

}  // namespace kelp::cli
