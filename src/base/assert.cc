#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace kelp {

void assertion_failed(const char* condition, const std::string& values,
                      std::source_location where) {
  std::fprintf(stderr, "kelp: assertion failed: %s [%s] at %s:%u in %s\n", condition,
               values.c_str(), where.file_name(), where.line(), where.function_name());
  std::abort();
}

}  // namespace kelp
