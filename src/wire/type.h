// Type: what a field is, at run time. The cold visitors (JSON, random messages, the schema in
// words) walk messages through it, so that they are compiled once instead of once per message.
// A Type lives as long as the program; `void*` always points to an object of the type's C++ type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/error_code.h"
#include "base/uuid.h"
#include "wire/decoder.h"
#include "wire/records.h"
#include "wire/versions.h"

namespace kelp::wire {

class FieldVisitor;

enum class Kind : uint8_t {
  boolean,
  int8,
  int16,  // also ErrorCode
  uint16,
  int32,
  uint32,
  int64,
  float64,
  uuid,
  string,
  bytes,
  records,
  array,     // std::vector
  nullable,  // std::optional
  structure,
};

struct Type {
  Kind kind;
  /// The element of an array, the value of a nullable.
  const Type* inner = nullptr;
  /// Arrays.
  size_t (*size)(const void* array) = nullptr;
  void (*resize)(void* array, size_t size) = nullptr;
  void* (*at)(void* array, size_t index) = nullptr;
  /// Nullables: the value or nullptr; and setting it to a fresh value or to null.
  void* (*value)(void* nullable) = nullptr;
  void* (*emplace)(void* nullable) = nullptr;
  void (*reset)(void* nullable) = nullptr;
  /// Structs.
  void (*describe)(void* structure, FieldVisitor& visitor) = nullptr;
  void* fresh = nullptr;  // a default-constructed one, not to be changed
};

struct Field {
  std::string_view name;  // Kafka's, "GroupId"
  Versions versions;
  Versions nullable;  // for Kind::nullable and Kind::records
  std::optional<uint32_t> tag;
  bool never_compact = false;
};

template <class T>
const Type& type_of();

/// A visitor with one virtual function for all fields of all messages.
class FieldVisitor {
 public:
  virtual ~FieldVisitor() = default;
  virtual void field(const Field& field, const Type& type, void* value) = 0;

  template <class T>
  void operator()(T& value, const char* name, Versions versions = kAlways, Nullable nullable = {}) {
    field({name, versions, nullable.versions, {}, false}, type_of<T>(), &value);
  }
  template <class T>
  void operator()(T& value, const char* name, Versions versions, Tag tag) {
    field({name, versions, kAlways, tag.number, false}, type_of<T>(), &value);
  }
  template <class T>
  void operator()(T& value, const char* name, Versions versions, NeverCompact) {
    field({name, versions, kAlways, {}, true}, type_of<T>(), &value);
  }
};

template <class T>
constexpr Kind scalar_kind() {
  if constexpr (std::is_same_v<T, bool>) return Kind::boolean;
  if constexpr (std::is_same_v<T, int8_t>) return Kind::int8;
  if constexpr (std::is_same_v<T, int16_t> || std::is_same_v<T, ErrorCode>) return Kind::int16;
  if constexpr (std::is_same_v<T, uint16_t>) return Kind::uint16;
  if constexpr (std::is_same_v<T, int32_t>) return Kind::int32;
  if constexpr (std::is_same_v<T, uint32_t>) return Kind::uint32;
  if constexpr (std::is_same_v<T, int64_t>) return Kind::int64;
  if constexpr (std::is_same_v<T, double>) return Kind::float64;
  if constexpr (std::is_same_v<T, Uuid>) return Kind::uuid;
  if constexpr (std::is_same_v<T, std::string>) return Kind::string;
  if constexpr (std::is_same_v<T, Slice>) return Kind::bytes;
  if constexpr (std::is_same_v<T, Records>) return Kind::records;
}

template <class T>
struct MakeType {
  static Type make() { return {.kind = scalar_kind<T>()}; }
};

template <Described T>
struct MakeType<T> {
  static Type make() {
    return {.kind = Kind::structure,
            .describe =
                [](void* structure, FieldVisitor& visitor) {
                  T::describe(*static_cast<T*>(structure), visitor);
                },
            .fresh = &fresh<T>()};
  }
};

template <class T>
struct MakeType<std::vector<T>> {
  using Array = std::vector<T>;
  static Type make() {
    return {.kind = Kind::array,
            .inner = &type_of<T>(),
            .size = [](const void* array) { return static_cast<const Array*>(array)->size(); },
            .resize = [](void* array, size_t size) { static_cast<Array*>(array)->resize(size); },
            .at = [](void* array, size_t index) -> void* {
              return &(*static_cast<Array*>(array))[index];
            }};
  }
};

template <class T>
struct MakeType<std::optional<T>> {
  using Optional = std::optional<T>;
  static Type make() {
    return {.kind = Kind::nullable,
            .inner = &type_of<T>(),
            .value = [](void* nullable) -> void* {
              auto& optional = *static_cast<Optional*>(nullable);
              return optional ? &*optional : nullptr;
            },
            .emplace = [](void* nullable) -> void* {
              return &static_cast<Optional*>(nullable)->emplace(T{});
            },
            .reset = [](void* nullable) { static_cast<Optional*>(nullable)->reset(); }};
  }
};

template <class T>
[[gnu::noinline]] const Type& type_of() {
  static const Type type = MakeType<T>::make();
  return type;
}

}  // namespace kelp::wire
