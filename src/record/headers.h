// The headers of a record: names that may repeat, each with bytes or null. Headers is a view of
// them in their encoded form and decodes while it is walked, so that a record with a million of
// them costs nothing to pass on. HeaderList owns them, for records that are being made.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <vector>

#include "base/slice.h"

namespace kelp::record {

struct Header {
  std::string_view key;
  std::optional<Bytes> value;

  friend bool operator==(const Header& a, const Header& b) {
    return a.key == b.key && a.value.has_value() == b.value.has_value() &&
           (!a.value || as_text(*a.value) == as_text(*b.value));
  }
};

class Headers {
 public:
  class Iterator {
   public:
    using value_type = Header;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    explicit Iterator(Bytes rest) : rest_(rest) { ++*this; }
    const Header& operator*() const { return header_; }
    const Header* operator->() const { return &header_; }
    Iterator& operator++();
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& at, std::default_sentinel_t) { return at.ended_; }

   private:
    Bytes rest_;
    Header header_;
    bool ended_ = false;
  };

  Headers() = default;
  /// `count` headers and not a byte more, which have been checked (read_record_body).
  Headers(int32_t count, Bytes encoded) : count_(count), encoded_(encoded) {}

  int32_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  Bytes encoded() const { return encoded_; }
  Iterator begin() const { return Iterator(encoded_); }
  std::default_sentinel_t end() const { return {}; }

 private:
  int32_t count_ = 0;
  Bytes encoded_;
};

/// Reads what Headers shows, from the front of bytes that nobody has checked: the number of headers
/// (varint) and each one's name and value, as in a record. Moves past them. Nothing, and `from` as
/// it was, when they are not that.
std::optional<Headers> take_headers(Bytes& from);

class HeaderList {
 public:
  HeaderList() = default;
  HeaderList(std::initializer_list<Header> headers) {
    for (const Header& header : headers) add(header.key, header.value);
  }
  void add(std::string_view key, const std::optional<Bytes>& value);
  void clear() {
    count_ = 0;
    encoded_.clear();
  }
  operator Headers() const { return {count_, encoded_}; }

 private:
  int32_t count_ = 0;
  std::vector<uint8_t> encoded_;
};

}  // namespace kelp::record
