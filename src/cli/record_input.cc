#include "cli/record_input.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/base64.h"
#include "cli/record_fields.h"

namespace kelp::cli {
namespace {

namespace json = boost::json;

std::unexpected<Error> invalid(std::string words) {
  return fail(ErrorKind::invalid, std::move(words));
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> bytes_of_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return invalid("an odd number of hex digits");
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2) {
    const int high = digit(hex[i]);
    const int low = digit(hex[i + 1]);
    if (high < 0 || low < 0) return invalid("characters that are no hex digits");
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

Result<std::optional<std::string>> parse_field(std::string_view text, const TextInput& input) {
  if (input.null_text.has_value() && text == *input.null_text) return std::nullopt;
  if (!input.hex) return std::string(text);
  auto bytes = bytes_of_hex(text);
  if (!bytes.has_value()) return std::unexpected(std::move(bytes.error()));
  return *std::move(bytes);
}

/// A name with its bytes as text, or as base64 with the suffix behind the name.
struct Field {
  bool is_there = false;
  std::optional<std::string> bytes;
};

Result<Field> bytes_in(const json::object& object, std::string_view name) {
  const std::string encoded_name = std::string(name) + std::string(field::kBase64);
  const json::value* text = object.if_contains(name);
  const json::value* encoded = object.if_contains(encoded_name);
  if (text != nullptr && encoded != nullptr) {
    return invalid(fmt::format("both {} and {}", name, encoded_name));
  }
  if (text == nullptr && encoded == nullptr) return Field();
  const json::value& given = text != nullptr ? *text : *encoded;
  if (given.is_null()) return Field{true, std::nullopt};
  if (!given.is_string()) return invalid(fmt::format("{} is neither a string nor null", name));
  const json::string& string = given.get_string();
  if (text != nullptr) return Field{true, std::string(string)};
  const auto bytes = parse_base64(string);
  if (!bytes.has_value()) return invalid(fmt::format("{} is no base64", encoded_name));
  return Field{true, std::string(bytes->begin(), bytes->end())};
}

template <class Number>
Result<std::optional<Number>> number_in(const json::object& object, std::string_view name) {
  const json::value* given = object.if_contains(name);
  if (given == nullptr || given->is_null()) return std::nullopt;
  boost::system::error_code fault;
  const auto number = given->to_number<Number>(fault);
  if (fault || given->is_double()) {
    return invalid(fmt::format("{} is no whole number that fits", name));
  }
  return number;
}

Result<void> read_headers(const json::object& object, record::HeaderList& headers) {
  const json::value* given = object.if_contains(field::kHeaders);
  if (given == nullptr || given->is_null()) return {};
  if (!given->is_array()) return invalid("headers is no array");
  for (const json::value& each : given->get_array()) {
    if (!each.is_object()) return invalid("a header is no object");
    const auto key = bytes_in(each.get_object(), field::kKey);
    if (!key.has_value()) return std::unexpected(key.error());
    if (!key->bytes.has_value()) return invalid("a header without a key");
    const auto value = bytes_in(each.get_object(), field::kValue);
    if (!value.has_value()) return std::unexpected(value.error());
    std::optional<Bytes> bytes;
    if (value->bytes.has_value()) bytes = as_bytes(*value->bytes);
    headers.add(*key->bytes, bytes);
  }
  return {};
}

Result<void> check_names(const json::object& object) {
  for (const auto& [name, value] : object) {
    if (!field::is_known(name)) {
      return invalid(fmt::format("'{}' is no field of a record", std::string_view(name)));
    }
  }
  return {};
}

}  // namespace

Result<InputRecord> parse_text_record(std::string_view line, const TextInput& input) {
  InputRecord record;
  if (input.key_separator.has_value()) {
    const size_t at = line.find(*input.key_separator);
    if (at == line.npos) return invalid("there is no key separator in it");
    auto key = parse_field(line.substr(0, at), input);
    if (!key.has_value()) return std::unexpected(std::move(key.error()));
    record.key = *std::move(key);
    line.remove_prefix(at + input.key_separator->size());
  }
  auto value = parse_field(line, input);
  if (!value.has_value()) return std::unexpected(std::move(value.error()));
  record.value = *std::move(value);
  return record;
}

Result<InputRecord> parse_json_record(std::string_view line) {
  boost::system::error_code fault;
  const json::value parsed = json::parse(line, fault);
  if (fault) return invalid("it is no JSON: " + fault.message());
  if (!parsed.is_object()) return invalid("it is no JSON object");
  const json::object& object = parsed.get_object();
  if (auto known = check_names(object); !known.has_value()) return std::unexpected(known.error());
  InputRecord record;
  auto key = bytes_in(object, field::kKey);
  if (!key.has_value()) return std::unexpected(std::move(key.error()));
  record.key = std::move(key->bytes);
  auto value = bytes_in(object, field::kValue);
  if (!value.has_value()) return std::unexpected(std::move(value.error()));
  // No tombstone by accident.
  if (!value->is_there) return invalid("there is no value; write null for none");
  record.value = std::move(value->bytes);
  if (auto read = read_headers(object, record.headers); !read.has_value()) {
    return std::unexpected(std::move(read.error()));
  }
  const auto timestamp = number_in<int64_t>(object, field::kTimestamp);
  if (!timestamp.has_value()) return std::unexpected(timestamp.error());
  record.timestamp_ms = *timestamp;
  const auto partition = number_in<int32_t>(object, field::kPartition);
  if (!partition.has_value()) return std::unexpected(partition.error());
  record.partition = *partition;
  return record;
}

Result<void> parse_header(std::string_view text, record::HeaderList& headers) {
  const size_t equals = text.find('=');
  const std::string_view name = text.substr(0, equals);
  if (name.empty()) return invalid(fmt::format("'{}' is no header: write NAME=VALUE", text));
  std::optional<Bytes> value;
  if (equals != text.npos) value = as_bytes(text.substr(equals + 1));
  headers.add(name, value);
  return {};
}

}  // namespace kelp::cli
