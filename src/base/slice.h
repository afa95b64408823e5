// Slice: a view of bytes that keeps its memory alive. Copying one copies a pointer and counts a
// reference (atomically: a slice may cross shards); the bytes are never copied. Buffer: freshly
// allocated bytes, to be filled and then shared as slices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "base/assert.h"

namespace kelp {

using Bytes = std::span<const uint8_t>;

inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class Slice {
 public:
  Slice() = default;
  /// Bytes kept alive by `owner`. An empty owner means: static memory, or memory that outlives
  /// every copy.
  Slice(std::shared_ptr<const void> owner, Bytes bytes) : owner_(std::move(owner)), bytes_(bytes) {}

  static Slice copy_of(Bytes bytes);
  static Slice copy_of(std::string_view text) { return copy_of(as_bytes(text)); }

  const uint8_t* data() const { return bytes_.data(); }
  size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  Bytes bytes() const { return bytes_; }
  std::string_view text() const { return as_text(bytes_); }
  operator Bytes() const { return bytes_; }

  Slice sub(size_t from, size_t count) const {
    KELP_ASSERT(from <= size() && count <= size() - from, from, count, size());
    return {owner_, bytes_.subspan(from, count)};
  }
  Slice from(size_t position) const {
    KELP_ASSERT(position <= size(), position, size());
    return sub(position, size() - position);
  }

  /// Writable access for the one that received these bytes, before anybody else reads them
  /// (patching a batch header in the request's own buffer). The memory must come from a Buffer.
  uint8_t* patch() { return const_cast<uint8_t*>(bytes_.data()); }

  /// Equal bytes, wherever they live.
  friend bool operator==(const Slice& a, const Slice& b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
  }

 private:
  std::shared_ptr<const void> owner_;
  Bytes bytes_;
};

class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(size_t size)
      : memory_(size == 0 ? nullptr : std::make_shared_for_overwrite<uint8_t[]>(size)),
        size_(size) {}

  uint8_t* data() { return memory_.get(); }
  const uint8_t* data() const { return memory_.get(); }
  size_t size() const { return size_; }
  std::span<uint8_t> bytes() { return {memory_.get(), size_}; }

  Slice slice() const { return {memory_, Bytes(memory_.get(), size_)}; }
  Slice slice(size_t from, size_t count) const { return slice().sub(from, count); }

 private:
  std::shared_ptr<uint8_t[]> memory_;
  size_t size_ = 0;
};

inline Slice Slice::copy_of(Bytes bytes) {
  Buffer buffer(bytes.size());
  if (!bytes.empty()) std::memcpy(buffer.data(), bytes.data(), bytes.size());
  return buffer.slice();
}

}  // namespace kelp
