// KELP_ASSERT(condition, values...): states what we believe about our own code; on in release.
// Prints the condition, the place and the values (ids of topic, partition, group), then aborts.
// Never used on what a client or a disk sent.
#pragma once

#include <fmt/format.h>

#include <source_location>
#include <string>

namespace kelp {

[[noreturn]] void assertion_failed(const char* condition, const std::string& values,
                                   std::source_location where);

template <class... Values>
std::string describe_values(const Values&... values) {
  std::string text;
  ((text += fmt::format(" {}", values)), ...);
  return text;
}

}  // namespace kelp

#define KELP_ASSERT(condition, ...)                                                 \
  (static_cast<bool>(condition)                                                     \
       ? void(0)                                                                    \
       : ::kelp::assertion_failed(#condition, ::kelp::describe_values(__VA_ARGS__), \
                                  std::source_location::current()))
