// The two passes of encoding: Measure adds up the size, Write then stores without looking at
// bounds into one allocation of just that size. Both follow the same rules in the same order; that
// they end at the same byte is asserted for every message. Instantiated only in the messages' own
// .cc files (wire/instantiate.h).
#pragma once

#include <cstring>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/endian.h"
#include "base/error_code.h"
#include "base/uuid.h"
#include "base/varint.h"
#include "wire/decoder.h"
#include "wire/frame.h"
#include "wire/writer.h"

namespace kelp::wire {

/// Whether a tagged field has the value of a fresh struct. Arrays start empty.
template <class T>
bool same_value(const T& a, const T& b) {
  return a == b;
}
template <class T>
bool same_value(const std::vector<T>& a, const std::vector<T>& b) {
  return a.empty() && b.empty();
}
template <class T>
bool same_value(const std::optional<T>& a, const std::optional<T>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return same_value(*a, *b);
}

/// Finds the field of a tag in a default-constructed struct.
template <class T>
struct FindTag {
  uint32_t number;
  const T* found = nullptr;

  void operator()(const auto&, const char*, Versions = kAlways, Nullable = {}) {}
  void operator()(const auto&, const char*, Versions, NeverCompact) {}
  template <class U>
  void operator()(const U& value, const char*, Versions, Tag tag) {
    if constexpr (std::is_same_v<T, U>) {
      if (tag.number == number) found = &value;
    }
  }
};

template <class Struct, class T>
bool is_default(const T& value, uint32_t tag) {
  FindTag<T> find{tag};
  Struct::describe(std::as_const(fresh<Struct>()), find);
  return same_value(value, *find.found);
}

/// Walks a message and hands its primitives to Out, which is Sizer or Writer.
template <class Out>
class Encoder {
 public:
  Encoder(Out& out, int16_t version, bool flexible)
      : out_(out), version_(version), flexible_(flexible) {}

  template <class T>
  void operator()(const T& value, const char*, Versions versions = kAlways,
                  Nullable nullable = {}) {
    if (versions.has(version_)) write(value, nullable.versions.has(version_));
  }
  void operator()(const auto&, const char*, Versions, Tag) {}  // in the tag section
  void operator()(const std::optional<std::string>& value, const char*, Versions versions,
                  NeverCompact) {
    if (versions.has(version_)) out_.short_string(value ? &*value : nullptr);
  }

  template <Described T>
  void write(const T& value, bool = false) {
    T::describe(value, *this);
    if (!flexible_) return;
    if constexpr (has_tags<T>()) {
      CountTags<T> count{version_};
      T::describe(value, count);
      out_.varint(count.tags);
      if (count.tags == 0) return;
      WriteTags<T> tags{*this};
      T::describe(value, tags);
    } else {
      out_.integer(uint8_t{0});
    }
  }

 private:
  template <class T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void write(const T& value, bool = false) {
    if constexpr (std::is_same_v<T, bool>)
      out_.integer(static_cast<uint8_t>(value));
    else if constexpr (std::is_same_v<T, double>)
      out_.integer(std::bit_cast<uint64_t>(value));
    else if constexpr (std::is_enum_v<T>)
      out_.integer(static_cast<std::underlying_type_t<T>>(value));
    else
      out_.integer(value);
  }

  void write(const Uuid& value, bool = false) { out_.raw(value.bytes); }

  void write(const std::string& value, bool = false) {
    flexible_ ? out_.compact_string(&value) : out_.short_string(&value);
  }
  void write(const std::optional<std::string>& value, bool may_be_null) {
    static const std::string empty;
    const std::string* text = value ? &*value : may_be_null ? nullptr : &empty;
    flexible_ ? out_.compact_string(text) : out_.short_string(text);
  }

  void length(size_t size) {
    flexible_ ? out_.varint(uint64_t{size} + 1) : out_.integer(static_cast<int32_t>(size));
  }
  void null_length() { flexible_ ? out_.varint(0) : out_.integer(int32_t{-1}); }

  void write(const Slice& value, bool = false) {
    length(value.size());
    out_.raw(value);
  }
  void write(const std::optional<Slice>& value, bool may_be_null) {
    if (!value && may_be_null) return null_length();
    write(value ? *value : Slice());
  }
  void write(const Records& value, bool may_be_null) {
    if (value.is_null() && may_be_null) return null_length();
    length(value.size());
    if (value.is_elsewhere())
      out_.hole(value.source(), value.size());
    else
      out_.raw(value.slice());
  }

  template <class T>
  void write(const std::vector<T>& values, bool = false) {
    length(values.size());
    for (const T& value : values) write(value);
  }
  template <class T>
  void write(const std::optional<std::vector<T>>& values, bool may_be_null) {
    if (values)
      write(*values);
    else
      may_be_null ? null_length() : length(0);
  }
  template <Described T>
  void write(const std::optional<T>& value, bool) {
    out_.integer(static_cast<int8_t>(value ? 1 : -1));
    if (value) write(*value);
  }

  void write_tagged(const auto& value) { write(value, true); }
  template <Described T>
  void write_tagged(const std::optional<T>& value) {  // see Decoder::read_tagged
    out_.varint(value ? 1 : 0);
    if (value) write(*value);
  }

  template <class Struct>
  struct CountTags {
    int16_t version;
    uint32_t tags = 0;

    void operator()(const auto&, const char*, Versions = kAlways, Nullable = {}) {}
    void operator()(const auto&, const char*, Versions, NeverCompact) {}
    void operator()(const auto& value, const char*, Versions versions, Tag tag) {
      if (versions.has(version) && !is_default<Struct>(value, tag.number)) ++tags;
    }
  };

  template <class Struct>
  struct WriteTags {
    Encoder& encoder;

    void operator()(const auto&, const char*, Versions = kAlways, Nullable = {}) {}
    void operator()(const auto&, const char*, Versions, NeverCompact) {}
    void operator()(const auto& value, const char*, Versions versions, Tag tag) {
      if (!versions.has(encoder.version_) || is_default<Struct>(value, tag.number)) return;
      Sizer size;
      Encoder<Sizer>(size, encoder.version_, true).write_tagged(value);
      encoder.out_.varint(tag.number);
      encoder.out_.varint(size.total());
      encoder.write_tagged(value);
    }
  };

  friend class Encoder<Writer>;
  friend class Encoder<Sizer>;

  Out& out_;
  int16_t version_;
  bool flexible_;
};

}  // namespace kelp::wire
