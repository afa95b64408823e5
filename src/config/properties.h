// A Java properties file as text in, entries out: comments (# !), continued lines (\ at the end),
// separators (= : blanks), escapes (\t \n \r \f \uXXXX). Bytes beyond ASCII are taken as UTF-8.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kelp::config {

struct Property {
  std::string key;
  std::string value;  // leading blanks removed, trailing ones kept, as Java does
  int line = 0;       // where it begins, from 1
};

/// In the order of the file, with repetitions (the last one counts). `malformed` names the line of
/// a broken \uXXXX.
Result<std::vector<Property>> parse_properties(std::string_view text);

}  // namespace kelp::config
