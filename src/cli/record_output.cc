#include "cli/record_output.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>

#include "base/base64.h"
#include "cli/record_fields.h"
#include "cli/terminal.h"
#include "cli/time_text.h"
#include "wire/utf8.h"

namespace kelp::cli {
namespace {

using client::FetchedRecord;
using client::TopicPartition;

void put_bytes(boost::json::object& object, std::string_view name,
               const std::optional<Bytes>& bytes) {
  if (!bytes.has_value()) {
    object[name] = nullptr;
  } else if (const std::string_view text = as_text(*bytes); wire::valid_utf8(text) == text) {
    object[name] = text;
  } else {
    object[std::string(name) + std::string(field::kBase64)] = base64(*bytes);
  }
}

std::string json_of(const TopicPartition& at, const FetchedRecord& record) {
  boost::json::object object;
  object[field::kTopic] = at.topic;
  object[field::kPartition] = at.partition;
  object[field::kOffset] = record.offset;
  object[field::kTimestamp] = record.timestamp_ms;
  object[field::kTimestampType] =
      record.timestamp_type == record::TimestampType::create_time ? "CreateTime" : "LogAppendTime";
  boost::json::array headers;
  for (const record::Header& header : record.headers) {
    boost::json::object each;
    put_bytes(each, field::kKey, as_bytes(header.key));
    put_bytes(each, field::kValue, header.value);
    headers.push_back(std::move(each));
  }
  object[field::kHeaders] = std::move(headers);
  put_bytes(object, field::kKey, record.key);
  put_bytes(object, field::kValue, record.value);
  return json_for_terminal(boost::json::serialize(object));
}

int64_t length_of(const std::optional<Bytes>& bytes) {
  return bytes.has_value() ? static_cast<int64_t>(bytes->size()) : -1;
}

/// Takes the character behind a backslash off the front, as what it means; nothing: it means none.
std::optional<char> take_escape(std::string_view& rest) {
  if (rest.empty()) return std::nullopt;
  const char c = rest.front();
  rest.remove_prefix(1);
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case '0':
      return '\0';
    case '\\':
      return '\\';
    case 'x': {
      unsigned value = 0;
      const std::string_view digits = rest.substr(0, 2);
      const auto read = std::from_chars(digits.begin(), digits.end(), value, 16);
      if (digits.size() < 2 || read.ptr != digits.end()) return std::nullopt;
      rest.remove_prefix(2);
      return static_cast<char>(value);
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

RecordOutput RecordOutput::text(Columns columns, std::string null_text, bool hex) {
  RecordOutput output(hex ? Format::hex : Format::text);
  output.columns_ = std::move(columns);
  output.null_text_ = std::move(null_text);
  return output;
}

Result<RecordOutput> RecordOutput::by_template(std::string_view text, std::string null_text) {
  constexpr std::string_view kDirectives = "tpoTkKsSh";
  RecordOutput output(Format::by_template);
  output.null_text_ = std::move(null_text);
  std::string letters;
  for (std::string_view rest = text; !rest.empty();) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c == '\\') {
      const auto escape = take_escape(rest);
      if (!escape.has_value()) {
        return fail(ErrorKind::invalid, fmt::format("'{}': an escape that means nothing", text));
      }
      letters += *escape;
    } else if (c != '%' || rest.starts_with('%')) {
      if (c == '%') rest.remove_prefix(1);
      letters += c;
    } else if (rest.empty() || kDirectives.find(rest.front()) == kDirectives.npos) {
      return fail(ErrorKind::invalid, fmt::format("'{}': %{} means nothing; there are %t %p %o %T "
                                                  "%k %K %s %S %h %%",
                                                  text, rest.substr(0, 1)));
    } else {
      output.template_.push_back({std::exchange(letters, {}), rest.front()});
      rest.remove_prefix(1);
    }
  }
  output.template_.push_back({letters, 0});
  return output;
}

void RecordOutput::append_bytes(std::string& to, const std::optional<Bytes>& bytes) const {
  if (!bytes.has_value()) {
    to += null_text_;
  } else if (format_ == Format::hex) {
    for (const uint8_t byte : *bytes) fmt::format_to(std::back_inserter(to), "{:02x}", byte);
  } else {
    to += for_terminal_ ? cli::for_terminal(as_text(*bytes)) : std::string(as_text(*bytes));
  }
}

void RecordOutput::append_headers(std::string& to, const record::Headers& headers) const {
  bool first = true;
  for (const record::Header& header : headers) {
    if (!first) to += ',';
    first = false;
    to += for_terminal_ ? cli::for_terminal(header.key) : std::string(header.key);
    // Without `=`: null, as `kelp produce --header NAME` means it.
    if (!header.value.has_value()) continue;
    to += '=';
    append_bytes(to, header.value);
  }
}

void RecordOutput::append_columns(std::string& to, const TopicPartition& at,
                                  const FetchedRecord& record) const {
  if (columns_.timestamp) to += datetime_text(record.timestamp_ms) + '\t';
  if (columns_.offset) {
    to += fmt::format("{}:{}:{}\t", cli::for_terminal(at.topic), at.partition, record.offset);
  }
  if (columns_.headers) {
    append_headers(to, record.headers);
    to += '\t';
  }
  if (columns_.key_separator.has_value()) {
    append_bytes(to, record.key);
    to += *columns_.key_separator;
  }
  append_bytes(to, record.value);
  to += '\n';
}

void RecordOutput::append_part(std::string& to, char directive, const TopicPartition& at,
                               const FetchedRecord& record) const {
  switch (directive) {
    case 't':
      to += cli::for_terminal(at.topic);
      break;
    case 'p':
      to += std::to_string(at.partition);
      break;
    case 'o':
      to += std::to_string(record.offset);
      break;
    case 'T':
      to += std::to_string(record.timestamp_ms);
      break;
    case 'k':
      append_bytes(to, record.key);
      break;
    case 'K':
      to += std::to_string(length_of(record.key));
      break;
    case 's':
      append_bytes(to, record.value);
      break;
    case 'S':
      to += std::to_string(length_of(record.value));
      break;
    case 'h':
      append_headers(to, record.headers);
      break;
    default:
      break;
  }
}

void RecordOutput::append(std::string& to, const TopicPartition& at,
                          const FetchedRecord& record) const {
  if (format_ == Format::json) {
    to += json_of(at, record);
    to += '\n';
  } else if (format_ == Format::by_template) {
    for (const Part& part : template_) {
      to += part.letters;
      append_part(to, part.directive, at, record);
    }
  } else {
    append_columns(to, at, record);
  }
}

}  // namespace kelp::cli
