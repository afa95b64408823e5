// Reader: takes primitives of the Kafka protocol from the front of a peer's bytes. The first fault
// sticks: what is read after it is zero or empty, so that a decoder need not look at every step.
// Never throws, never reads beyond the end, allocates nothing.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <string_view>

#include "base/endian.h"
#include "base/slice.h"
#include "base/varint.h"

namespace kelp::wire {

class Reader {
 public:
  /// `frame` must outlive the reader; slices taken from it keep its memory alive.
  explicit Reader(const Slice& frame) : frame_(frame), rest_(frame.bytes()) {}

  bool ok() const { return fault_ == nullptr; }
  /// What was wrong first, and at which byte; null while nothing was.
  const char* fault() const { return fault_; }
  size_t position() const { return ok() ? frame_.size() - after_ - rest_.size() : fault_position_; }
  size_t remaining() const { return rest_.size(); }

  /// Marks the bytes as bad. Nothing remains afterwards.
  void fail(const char* fault) {
    if (ok()) {
      fault_position_ = position();
      fault_ = fault;
    }
    rest_ = {};
  }

  template <std::integral T>
  T integer() {
    if (rest_.size() < sizeof(T)) {
      fail("the bytes end within a number");
      return 0;
    }
    const T value = load_big<T>(rest_.data());
    rest_ = rest_.subspan(sizeof(T));
    return value;
  }

  uint32_t varint() {
    if (!rest_.empty() && rest_[0] < 0x80) {
      const uint32_t value = rest_[0];
      rest_ = rest_.subspan(1);
      return value;
    }
    const auto value = take_varint32(rest_);
    if (!value) fail("a varint is cut short or too long");
    return value.value_or(0);
  }

  /// The next `size` bytes, as a view into the frame.
  Bytes bytes(size_t size) {
    if (size > rest_.size()) {
      fail("a length goes beyond the end");
      return {};
    }
    const Bytes taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  /// The next `size` bytes, sharing the frame's memory.
  Slice slice(size_t size) {
    const size_t from = frame_.size() - after_ - rest_.size();
    if (bytes(size).size() != size) return {};
    return frame_.sub(from, size);
  }

  /// Everything that remains.
  Slice rest() { return slice(remaining()); }

  /// Hides all but the next `size` bytes until `widen` gets back what this returned.
  size_t narrow(size_t size) {
    if (size > rest_.size()) {
      fail("a tagged field goes beyond the end");
      return 0;
    }
    const size_t hidden = rest_.size() - size;
    after_ += hidden;
    rest_ = rest_.first(size);
    return hidden;
  }
  void widen(size_t hidden) {
    if (!ok()) return;
    after_ -= hidden;
    rest_ = Bytes(rest_.data(), rest_.size() + hidden);
  }

 private:
  const Slice& frame_;
  Bytes rest_;
  size_t after_ = 0;  // bytes behind rest_ that narrow() hides
  const char* fault_ = nullptr;
  size_t fault_position_ = 0;
};

}  // namespace kelp::wire
