#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>

#include "wire/json.h"

namespace kelp::wire {
namespace {

namespace json = boost::json;
using Failure = boost::json::error_code;

/// What boost::json::parse does, but for doubles: its own conversion (1.81) may be off by a bit.
struct Handler {
  static constexpr size_t max_object_size = static_cast<size_t>(-1);
  static constexpr size_t max_array_size = static_cast<size_t>(-1);
  static constexpr size_t max_key_size = static_cast<size_t>(-1);
  static constexpr size_t max_string_size = static_cast<size_t>(-1);

  bool on_document_begin(Failure&) {
    stack.reset();
    return true;
  }
  bool on_document_end(Failure&) { return true; }
  bool on_object_begin(Failure&) { return true; }
  bool on_object_end(size_t size, Failure&) {
    stack.push_object(size);
    return true;
  }
  bool on_array_begin(Failure&) { return true; }
  bool on_array_end(size_t size, Failure&) {
    stack.push_array(size);
    return true;
  }
  bool on_key_part(json::string_view part, size_t, Failure&) {
    stack.push_chars(part);
    return true;
  }
  bool on_key(json::string_view part, size_t, Failure&) {
    stack.push_key(part);
    return true;
  }
  bool on_string_part(json::string_view part, size_t, Failure&) {
    stack.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, size_t, Failure&) {
    stack.push_string(part);
    return true;
  }
  bool on_number_part(json::string_view, Failure&) { return true; }
  bool on_int64(int64_t value, json::string_view, Failure&) {
    stack.push_int64(value);
    return true;
  }
  bool on_uint64(uint64_t value, json::string_view, Failure&) {
    stack.push_uint64(value);
    return true;
  }
  // The text is whole: the parser is given everything at once.
  bool on_double(double value, json::string_view text, Failure&) {
    std::from_chars(text.data(), text.data() + text.size(), value);
    stack.push_double(value);
    return true;
  }
  bool on_bool(bool value, Failure&) {
    stack.push_bool(value);
    return true;
  }
  bool on_null(Failure&) {
    stack.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, Failure&) { return true; }
  bool on_comment(json::string_view, Failure&) { return true; }

  json::value_stack stack;
};

}  // namespace

Result<json::value> parse_json(std::string_view text) {
  json::basic_parser<Handler> parser{json::parse_options{}};
  Failure failure;
  const size_t used = parser.write_some(false, text.data(), text.size(), failure);
  if (failure) return fail(ErrorKind::malformed, "JSON: " + failure.message());
  if (used != text.size()) return fail(ErrorKind::malformed, "JSON: more text behind its end");
  return parser.handler().stack.release();
}

}  // namespace kelp::wire
