// Strong<Tag, Rep>: an integer that does not mix with others. Offsets are points: a difference is a
// plain integer.
#pragma once

#include <fmt/format.h>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace kelp {

template <class Tag, class Rep>
class Strong {
 public:
  using rep = Rep;
  constexpr Strong() = default;
  constexpr explicit Strong(Rep value) : value_(value) {}
  constexpr Rep value() const { return value_; }

  friend constexpr auto operator<=>(Strong, Strong) = default;
  friend constexpr Strong operator+(Strong at, Rep by) { return Strong(at.value_ + by); }
  friend constexpr Strong operator-(Strong at, Rep by) { return Strong(at.value_ - by); }
  friend constexpr Rep operator-(Strong a, Strong b) { return a.value_ - b.value_; }
  constexpr Strong& operator++() {
    ++value_;
    return *this;
  }

 private:
  Rep value_{};
};

/// The place of a record in its partition (Kafka: offset). Dense: the next record has the next
/// offset.
using Offset = Strong<struct OffsetTag, int64_t>;
/// Kafka's leader epoch of a partition.
using Epoch = Strong<struct EpochTag, int32_t>;
/// Kafka's broker id, node id.
using BrokerId = Strong<struct BrokerIdTag, int32_t>;

}  // namespace kelp

template <class Tag, class Rep>
struct std::hash<kelp::Strong<Tag, Rep>> {
  size_t operator()(kelp::Strong<Tag, Rep> id) const { return std::hash<Rep>()(id.value()); }
};

template <class Tag, class Rep>
struct fmt::formatter<kelp::Strong<Tag, Rep>> : fmt::formatter<Rep> {
  auto format(kelp::Strong<Tag, Rep> id, fmt::format_context& context) const {
    return fmt::formatter<Rep>::format(id.value(), context);
  }
};
