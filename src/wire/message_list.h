// A list of message types, to derive tables from.
#pragma once

#include <cstddef>

namespace kelp::wire {

template <class... Messages>
struct MessageList {
  static constexpr size_t size = sizeof...(Messages);
};

}  // namespace kelp::wire
