#include "config/properties.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <utility>

namespace kelp::config {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\f'; }
bool is_line_end(char c) { return c == '\n' || c == '\r'; }

constexpr uint32_t kFirstHighSurrogate = 0xd800, kFirstLowSurrogate = 0xdc00,
                   kLastSurrogate = 0xdfff, kReplacement = 0xfffd;

void append_utf8(std::string& to, uint32_t code) {
  const auto put = [&to](uint32_t byte) { to.push_back(static_cast<char>(byte)); };
  const auto tail = [&put](uint32_t bits) { put(0x80 | (bits & 0x3f)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6);
    tail(code);
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    tail(code >> 6);
    tail(code);
  } else {
    put(0xf0 | code >> 18);
    tail(code >> 12);
    tail(code >> 6);
    tail(code);
  }
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  Result<std::vector<Property>> all() {
    std::vector<Property> found;
    while (skip_to_entry()) {
      Property entry{.key = {}, .value = {}, .line = line_};
      if (auto read = read_until(entry.key, true); !read) return std::unexpected(read.error());
      skip_separator();
      if (auto read = read_until(entry.value, false); !read) return std::unexpected(read.error());
      found.push_back(std::move(entry));
    }
    return found;
  }

 private:
  bool at_end() const { return rest_.empty(); }
  char peek() const { return rest_.front(); }

  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  /// One line end, \r\n being one.
  void take_line_end() {
    if (take() == '\r' && !at_end() && peek() == '\n') take();
    ++line_;
  }

  /// A backslash before the line's end: the entry goes on behind the blanks of the next line.
  bool take_continuation() {
    if (rest_.size() < 2 || rest_[0] != '\\' || !is_line_end(rest_[1])) return false;
    take();
    take_line_end();
    while (!at_end() && is_blank(peek())) take();
    return true;
  }

  void skip_blanks() {
    for (;;) {
      if (!at_end() && is_blank(peek())) {
        take();
      } else if (!take_continuation()) {
        return;
      }
    }
  }

  /// Over empty lines and comments to the first character of an entry; false at the end.
  bool skip_to_entry() {
    while (!at_end()) {
      if (is_blank(peek())) {
        take();
      } else if (is_line_end(peek())) {
        take_line_end();
      } else if (peek() == '#' || peek() == '!') {
        while (!at_end() && !is_line_end(peek())) take();
      } else {
        return true;
      }
    }
    return false;
  }

  void skip_separator() {
    skip_blanks();
    if (!at_end() && (peek() == '=' || peek() == ':')) {
      take();
      skip_blanks();
    }
  }

  Result<void> read_until(std::string& to, bool is_key) {
    while (!at_end() && !is_line_end(peek())) {
      if (is_key && (peek() == '=' || peek() == ':' || is_blank(peek()))) return {};
      if (take_continuation()) continue;
      const char c = take();
      if (c != '\\') {
        to.push_back(c);
      } else if (!at_end()) {
        if (auto read = read_escape(to); !read) return read;
      }
    }
    return {};
  }

  Result<void> read_escape(std::string& to) {
    switch (const char c = take()) {
      case 't':
        to.push_back('\t');
        return {};
      case 'n':
        to.push_back('\n');
        return {};
      case 'r':
        to.push_back('\r');
        return {};
      case 'f':
        to.push_back('\f');
        return {};
      case 'u':
        return read_unicode(to);
      default:
        to.push_back(c);
        return {};
    }
  }

  Result<uint32_t> read_hex4() {
    uint32_t code = 0;
    const char* from = rest_.data();
    if (rest_.size() >= 4 && std::from_chars(from, from + 4, code, 16).ptr == from + 4) {
      rest_.remove_prefix(4);
      return code;
    }
    return fail(ErrorKind::malformed,
                fmt::format("line {}: \\u must be followed by four hexadecimal digits", line_));
  }

  /// \uXXXX is UTF-16: two of them may be one character.
  Result<void> read_unicode(std::string& to) {
    auto code = read_hex4();
    if (!code) return std::unexpected(code.error());
    if (*code >= kFirstHighSurrogate && *code < kFirstLowSurrogate && rest_.starts_with("\\u")) {
      const std::string_view before = rest_;
      rest_.remove_prefix(2);
      const auto low = read_hex4();
      if (!low) return std::unexpected(low.error());
      if (*low >= kFirstLowSurrogate && *low <= kLastSurrogate) {
        append_utf8(to,
                    0x10000 + ((*code - kFirstHighSurrogate) << 10) + (*low - kFirstLowSurrogate));
        return {};
      }
      rest_ = before;
    }
    const bool is_half = *code >= kFirstHighSurrogate && *code <= kLastSurrogate;
    append_utf8(to, is_half ? kReplacement : *code);
    return {};
  }

  std::string_view rest_;
  int line_ = 1;
};

}  // namespace

Result<std::vector<Property>> parse_properties(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return Reader(text).all();
}

}  // namespace kelp::config
