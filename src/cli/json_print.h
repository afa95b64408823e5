// JSON for programs on stdout, and what several commands put into it.
#pragma once

#include <boost/json.hpp>
#include <optional>

#include "cli/fault_words.h"

namespace kelp::cli {

/// One document on one line, harmless to a terminal.
void print_json(const boost::json::value& value);

template <class Value>
boost::json::value or_null(const std::optional<Value>& value) {
  return value.has_value() ? boost::json::value(*value) : boost::json::value(nullptr);
}

/// fault_json, or null where there is none.
boost::json::value error_json(const client::Fault* fault);

}  // namespace kelp::cli
