#include "cli/json_print.h"

#include <fmt/format.h>

#include "cli/terminal.h"

namespace kelp::cli {

void print_json(const boost::json::value& value) {
  fmt::print("{}\n", json_for_terminal(boost::json::serialize(value)));
}

boost::json::value error_json(const client::Fault* fault) {
  if (fault == nullptr) return nullptr;
  return fault_json(*fault);
}

}  // namespace kelp::cli
