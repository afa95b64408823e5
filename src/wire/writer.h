// Sizer and Writer: the primitives of the two encoding passes. Sizer adds up; Writer stores,
// unchecked, into memory of just the size that Sizer found.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/endian.h"
#include "base/slice.h"
#include "base/varint.h"
#include "wire/frame.h"

namespace kelp::wire {

/// The longest string of a version that is not flexible: its length has 16 bits.
/// One beyond that (say, a group's name that came in a flexible version) is cut after a whole
/// character: a peer can provoke it, so it is neither an assertion nor a reason to lose the other
/// groups' answer.
inline constexpr size_t kMaxShortString = std::numeric_limits<int16_t>::max();

class Sizer {
 public:
  /// Bytes in the frame's own memory; those in holes are not among them.
  size_t inline_size() const { return inline_; }
  size_t total() const { return inline_ + holes_; }

  template <std::integral T>
  void integer(T) {
    inline_ += sizeof(T);
  }
  void varint(uint64_t value) { inline_ += varint_size(value); }
  void raw(Bytes bytes) { inline_ += bytes.size(); }
  void hole(size_t, size_t size) { holes_ += size; }
  void short_string(const std::string* text);
  void compact_string(const std::string* text);

 private:
  size_t inline_ = 0;
  size_t holes_ = 0;
};

class Writer {
 public:
  /// `splices` takes the holes; without it the message must have none.
  explicit Writer(Buffer& into, std::vector<Splice>* splices = nullptr)
      : begin_(into.data()), at_(begin_), splices_(splices) {}

  size_t position() const { return static_cast<size_t>(at_ - begin_); }

  template <std::integral T>
  void integer(T value) {
    store_big<T>(at_, value);
    at_ += sizeof(T);
  }
  void varint(uint64_t value) { at_ = store_varint(at_, value); }
  void raw(Bytes bytes);
  void hole(size_t source, size_t size);
  void short_string(const std::string* text);
  void compact_string(const std::string* text);

 private:
  uint8_t* begin_;
  uint8_t* at_;
  std::vector<Splice>* splices_;
};

}  // namespace kelp::wire
