// Small files of text, whole.
#pragma once

#include <string>

#include "base/result.h"

namespace kelp::cli {

/// Errors: not_found, io, too_large (beyond 64 MiB: no file that people write).
Result<std::string> read_text_file(const std::string& path);

}  // namespace kelp::cli
