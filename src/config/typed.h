// A setting by its name with the C++ type that its row says, both checked at compile time:
// get<"num.partitions">(settings) is an int32_t. For the sources that turn settings into structs.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "config/broker_settings.h"
#include "config/key_table.h"

namespace kelp::config {

template <size_t size>
struct KeyName {
  consteval KeyName(const char (&name)[size]) { std::copy_n(name, size, text); }
  constexpr std::string_view view() const { return {text, size - 1}; }
  char text[size];
};

/// The C++ type of a value of a key's type.
template <Type type>
using ValueOf = std::conditional_t<
    type == Type::boolean, bool,
    std::conditional_t<
        type == Type::int16, int16_t,
        std::conditional_t<
            type == Type::int32, int32_t,
            std::conditional_t<
                type == Type::int64, int64_t,
                std::conditional_t<type == Type::float64, double,
                                   std::conditional_t<type == Type::list, List, std::string>>>>>>;

/// The value as a `T`; it must hold one. Narrow integers were checked when the text was read.
template <class T>
T value_as(Value value) {
  if constexpr (std::is_same_v<T, int16_t> || std::is_same_v<T, int32_t>) {
    return static_cast<T>(std::get<int64_t>(value));
  } else {
    return std::get<T>(std::move(value));
  }
}

template <KeyName name>
constexpr const Key& broker_key() {
  constexpr const Key* key = table::find_in(table::kBrokerTable, name.view());
  static_assert(key != nullptr, "no such broker key");
  return *key;
}

/// The value in force; nothing when it is null.
template <KeyName name>
auto find(const BrokerSettings& settings, int32_t node_id = kEveryNode) {
  constexpr const Key& key = broker_key<name>();
  using T = ValueOf<key.type>;
  Value value = settings.value(key, node_id);
  std::optional<T> found;
  if (!std::holds_alternative<std::monostate>(value)) found = value_as<T>(std::move(value));
  return found;
}

/// The value in force of a key that has a default.
template <KeyName name>
auto get(const BrokerSettings& settings, int32_t node_id = kEveryNode) {
  constexpr const Key& key = broker_key<name>();
  static_assert(key.has_default(), "may be null: use find");
  return value_as<ValueOf<key.type>>(settings.value(key, node_id));
}

}  // namespace kelp::config
