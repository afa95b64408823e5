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

/// Where a key's row is; does not compile without one. An index, because gcc's sanitizers keep
/// comparisons of pointers out of constant expressions.
template <KeyName name>
inline constexpr size_t kRowOf = [] {
  size_t row = 0;
  while (table::kBrokerTable[row].name != name.view()) ++row;
  return row;
}();

template <KeyName name>
constexpr const Key& broker_key() {
  return table::kBrokerTable[kRowOf<name>];
}

template <KeyName name>
using TypeOf = ValueOf<table::kBrokerTable[kRowOf<name>].type>;

/// The value in force; nothing when it is null.
template <KeyName name>
std::optional<TypeOf<name>> find(const BrokerSettings& settings, int32_t node_id = kEveryNode) {
  Value value = settings.value(broker_key<name>(), node_id);
  if (std::holds_alternative<std::monostate>(value)) return std::nullopt;
  return value_as<TypeOf<name>>(std::move(value));
}

/// The value in force of a key that has a default.
template <KeyName name>
TypeOf<name> get(const BrokerSettings& settings, int32_t node_id = kEveryNode) {
  static_assert(table::kBrokerTable[kRowOf<name>].has_default(), "may be null: use find");
  return value_as<TypeOf<name>>(settings.value(broker_key<name>(), node_id));
}

}  // namespace kelp::config
