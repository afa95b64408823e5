// Result<T>: a value, or the world's or a peer's fault as a value. Errors carry a kind that our own
// code can act on, the words for a person, and the system's errno where there is one. Which Kafka
// code a kind becomes is decided in one place (broker/error_map.h), never below the broker.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace kelp {

enum class ErrorKind : uint8_t {
  malformed,     // bytes that are not what they claim to be
  invalid,       // well-formed, but not allowed
  too_large,     // beyond a stated bound
  out_of_range,  // an offset or time outside of what there is
  not_found,
  exists,
  conflict,     // compare-and-set lost: the version is another one
  fenced,       // somebody with a newer epoch owns it
  unsupported,  // understood, but not served here
  timed_out,
  exhausted,  // a budget (memory, queue, connections) is used up; later may work
  no_space,   // the disk is full
  io,         // the disk or the network failed
  closed,     // it is being shut down
};

std::string_view name_of(ErrorKind kind);

struct Error {
  ErrorKind kind;
  std::string what;  // "append t-3: write failed": names topic, partition, group or client
  int os_error = 0;  // errno, or 0

  /// One line for a log or a message: kind, words, and the system's own words.
  std::string text() const;
};

template <class T>
using Result = std::expected<T, Error>;

/// `return fail(ErrorKind::io, "…", errno);`
inline std::unexpected<Error> fail(ErrorKind kind, std::string what, int os_error = 0) {
  return std::unexpected(Error{kind, std::move(what), os_error});
}

}  // namespace kelp
