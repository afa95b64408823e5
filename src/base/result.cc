#include "base/result.h"

#include <fmt/format.h>

#include <array>
#include <system_error>

namespace kelp {

std::string_view name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::malformed:
      return "malformed";
    case ErrorKind::invalid:
      return "invalid";
    case ErrorKind::too_large:
      return "too large";
    case ErrorKind::out_of_range:
      return "out of range";
    case ErrorKind::not_found:
      return "not found";
    case ErrorKind::exists:
      return "exists";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::fenced:
      return "fenced";
    case ErrorKind::unsupported:
      return "unsupported";
    case ErrorKind::timed_out:
      return "timed out";
    case ErrorKind::exhausted:
      return "exhausted";
    case ErrorKind::no_space:
      return "no space";
    case ErrorKind::io:
      return "I/O error";
    case ErrorKind::closed:
      return "closed";
  }
  return "unknown";
}

std::string Error::text() const {
  if (os_error == 0) return fmt::format("{}: {}", name_of(kind), what);
  return fmt::format("{}: {}: {}", name_of(kind), what, std::generic_category().message(os_error));
}

}  // namespace kelp
