// Just enough of the Kafka protocol for the floor: fixed versions, big-endian fields, strings with
// a 16-bit length. Reading beyond the end gives zeros and empty strings.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/endian.h"
#include "base/slice.h"

namespace kelp::floor {

class Fields {
 public:
  explicit Fields(std::span<uint8_t> bytes) : rest_(bytes) {}

  template <class T>
  T number() {
    if (rest_.size() < sizeof(T)) return rest_ = {}, T{};
    const T value = load_big<T>(rest_.data());
    rest_ = rest_.subspan(sizeof(T));
    return value;
  }
  int16_t int16() { return number<int16_t>(); }
  int32_t int32() { return number<int32_t>(); }
  int64_t int64() { return number<int64_t>(); }

  /// "" for null.
  std::string_view string() {
    const auto bytes = take(int16());
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  /// Writable: batches get their offsets in place.
  std::span<uint8_t> bytes() { return take(int32()); }

 private:
  std::span<uint8_t> take(int64_t size) {
    const size_t wanted = size < 0 ? 0 : static_cast<size_t>(size);
    const auto taken = rest_.first(std::min(wanted, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }

  std::span<uint8_t> rest_;
};

/// A response that is written field by field; its frame's size comes at the end.
class Reply {
 public:
  explicit Reply(int32_t correlation_id) { int32(0).int32(correlation_id); }

  template <class T>
  Reply& number(T value) {
    const size_t at = bytes_.size();
    bytes_.resize(at + sizeof(T));
    store_big<T>(reinterpret_cast<uint8_t*>(bytes_.data()) + at, value);
    return *this;
  }
  Reply& int8(int8_t value) { return number<int8_t>(value); }
  Reply& int16(int16_t value) { return number<int16_t>(value); }
  Reply& int32(int32_t value) { return number<int32_t>(value); }
  Reply& int64(int64_t value) { return number<int64_t>(value); }
  Reply& string(std::string_view text) {
    int16(static_cast<int16_t>(text.size()));
    bytes_ += text;
    return *this;
  }

  /// The frame, if `behind` bytes follow it that are sent from elsewhere.
  std::string frame(size_t behind = 0) && {
    const size_t size = bytes_.size() - sizeof(int32_t) + behind;
    store_big<int32_t>(reinterpret_cast<uint8_t*>(bytes_.data()), static_cast<int32_t>(size));
    return std::move(bytes_);
  }

 private:
  std::string bytes_;
};

}  // namespace kelp::floor
