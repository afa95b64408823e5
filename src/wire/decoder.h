// Decoder: the visitor that fills a message from a Reader. Instantiated only in the messages' own
// .cc files (wire/instantiate.h). The rules for nulls and sizes are Kafka's (KIP-482).
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "base/error_code.h"
#include "base/uuid.h"
#include "wire/reader.h"
#include "wire/records.h"
#include "wire/versions.h"

namespace kelp::wire {

/// Takes any field: a struct is described if its describe() accepts a visitor.
struct AnyVisitor {
  void operator()(auto&&...) const {}
};
template <class T>
concept Described = requires(T& value, AnyVisitor& visitor) { T::describe(value, visitor); };

/// A default-constructed T, not to be changed: the defaults of its fields.
template <class T>
T& fresh() {
  static T value{};
  return value;
}

/// Counts the tagged fields of a struct.
struct TagCounter {
  size_t tags = 0;

  constexpr void operator()(const auto&, const char*, Versions = kAlways, Nullable = {}) {}
  constexpr void operator()(const auto&, const char*, Versions, NeverCompact) {}
  constexpr void operator()(const auto&, const char*, Versions, Tag) { ++tags; }
};

#pragma GCC diagnostic push
#ifdef __clang__
#pragma GCC diagnostic ignored "-Wundefined-var-template"
#endif
/// Never defined: only named while compiling, where no value is looked at.
template <class T>
extern T kDeclaredOnly;

template <class T>
consteval bool has_tags() {
  TagCounter counter;
  T::describe(kDeclaredOnly<T>, counter);
  return counter.tags > 0;
}
#pragma GCC diagnostic pop

template <class T>
inline constexpr bool kIsNullableStruct = false;
template <Described T>
inline constexpr bool kIsNullableStruct<std::optional<T>> = true;

/// What an array may allocate before its elements have been read: at least this, and otherwise no
/// more than the bytes that are left. Beyond it the array grows as its elements prove to be there.
inline constexpr size_t kEagerArrayBytes = 4096;

/// The fewest bytes that a value takes in a version: the bound of an array's count.
class LeastSize {
 public:
  LeastSize(int16_t version, bool flexible) : version_(version), flexible_(flexible) {}

  template <class T>
  void operator()(const T&, const char*, Versions versions = kAlways, Nullable = {}) {
    if (versions.has(version_)) total_ += of<T>();
  }
  void operator()(const auto&, const char*, Versions, Tag) {}
  void operator()(const auto&, const char*, Versions versions, NeverCompact) {
    if (versions.has(version_)) total_ += 2;
  }

  template <class T>
  size_t of() const {
    if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>)
      return sizeof(T);
    else if constexpr (std::is_same_v<T, Uuid>)
      return sizeof(Uuid::bytes);
    else if constexpr (std::is_same_v<T, std::string> ||
                       std::is_same_v<T, std::optional<std::string>>)
      return flexible_ ? 1 : 2;
    else if constexpr (Described<T>)
      return of_struct<T>();
    else if constexpr (kIsNullableStruct<T>)
      return 1;
    else
      return flexible_ ? 1 : 4;
  }

 private:
  template <class T>
  size_t of_struct() const {
    LeastSize least(version_, flexible_);
    T::describe(fresh<T>(), least);  // its values are not looked at
    return least.total_ + (flexible_ ? 1 : 0);
  }

  int16_t version_;
  bool flexible_;
  size_t total_ = 0;
};

class Decoder {
 public:
  Decoder(Reader& in, int16_t version, bool flexible)
      : in_(in), version_(version), flexible_(flexible) {}

  template <class T>
  void operator()(T& value, const char*, Versions versions = kAlways, Nullable nullable = {}) {
    if (versions.has(version_)) read(value, nullable.versions.has(version_));
  }
  void operator()(auto&, const char*, Versions, Tag) {}  // in the tag section
  void operator()(std::optional<std::string>& value, const char*, Versions versions, NeverCompact) {
    if (versions.has(version_)) text(value, in_.integer<int16_t>(), true);
  }

  /// The fields of a struct, then its tag section.
  template <Described T>
  void read(T& value, bool = false) {
    T::describe(value, *this);
    if (!flexible_) return;
    const uint32_t tags = in_.varint();
    if (tags == 0) return;
    if constexpr (has_tags<T>())
      read_tags(tags, &value, [](Decoder& decoder, void* structure, uint32_t number) {
        OneTag one{decoder, number};
        T::describe(*static_cast<T*>(structure), one);
        return one.known;
      });
    else
      read_tags(tags, nullptr, nullptr);
  }

 private:
  template <class T>
    requires std::is_arithmetic_v<T> || std::is_enum_v<T>
  void read(T& value, bool = false) {
    if constexpr (std::is_same_v<T, bool>)
      value = in_.integer<uint8_t>() != 0;
    else if constexpr (std::is_same_v<T, double>)
      value = std::bit_cast<double>(in_.integer<uint64_t>());
    else if constexpr (std::is_enum_v<T>)
      value = static_cast<T>(in_.integer<std::underlying_type_t<T>>());
    else
      value = in_.integer<T>();
  }

  // In decoder.cc: compiled once instead of into every message.
  void read(Uuid& value, bool = false);
  void read(std::string& value, bool = false);
  void read(std::optional<std::string>& value, bool may_be_null);
  void read(Slice& value, bool = false);
  void read(std::optional<Slice>& value, bool may_be_null);
  void read(Records& value, bool may_be_null);
  void text(std::optional<std::string>& value, int64_t length, bool may_be_null);

  // A length or count; negative stands for null, as Kafka reads it.
  int64_t short_length();
  int64_t long_length();
  // The length of what may not be null.
  size_t present(int64_t length);

  template <class T>
  void read(std::vector<T>& values, bool = false) {
    elements(values, present(long_length()));
  }
  template <class T>
  void read(std::optional<std::vector<T>>& values, bool may_be_null) {
    const int64_t count = long_length();
    values.reset();
    if (count >= 0 || !may_be_null) elements(values.emplace(), present(count));
  }
  template <Described T>
  void read(std::optional<T>& value, bool may_be_null) {
    const bool null = in_.integer<int8_t>() < 0;
    value.reset();
    if (!null)
      read(value.emplace(T{}));  // emplace() fails: T was incomplete when its optional was declared
    else if (!may_be_null)
      in_.fail("null where the version has no null");
  }

  void read_tagged(auto& value) { read(value, true); }
  // Kafka tells a null struct by a byte before it, -1 or 1, but in a tagged field by a varint, 0
  // or 1.
  template <Described T>
  void read_tagged(std::optional<T>& value) {
    value.reset();
    if (in_.varint() != 0) read(value.emplace(T{}));
  }

  template <class T>
  void elements(std::vector<T>& values, size_t count) {
    values.clear();
    if (!bounded(count, LeastSize(version_, flexible_).of<T>())) return;
    for (size_t done = 0; done < count && in_.ok();) {
      values.resize(next_size(count, done, sizeof(T)));
      for (; done < values.size() && in_.ok(); ++done) read(values[done]);
    }
  }

  // Whether `count` elements of at least `least` bytes can be in what remains; if not, a fault.
  bool bounded(size_t count, size_t least);
  // To how many elements an array grows after the first `done`.
  size_t next_size(size_t count, size_t done, size_t element_size) const;

  // Fills one field by its tag; says whether there is one.
  using ReadTag = bool (*)(Decoder& decoder, void* structure, uint32_t number);
  void read_tags(uint32_t tags, void* structure, ReadTag read_tag);

  struct OneTag {
    Decoder& decoder;
    uint32_t number;
    bool known = false;

    void operator()(auto&, const char*, Versions = kAlways, Nullable = {}) {}
    void operator()(auto&, const char*, Versions, NeverCompact) {}
    void operator()(auto& value, const char*, Versions versions, Tag tag) {
      if (tag.number != number || !versions.has(decoder.version_)) return;
      known = true;
      decoder.read_tagged(value);
    }
  };

  Reader& in_;
  int16_t version_;
  bool flexible_;
};

extern template void Decoder::elements(std::vector<int32_t>& values, size_t count);
extern template void Decoder::elements(std::vector<std::string>& values, size_t count);

}  // namespace kelp::wire
