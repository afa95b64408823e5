// `kelp dump FILE`: what stands in a segment, batch by batch, for people.
#pragma once

#include <string>

namespace kelp::cli {

/// Prints to stdout; the exit code: 0, or 1 when the file cannot be read or is damaged (and where).
int dump(const std::string& path, bool with_records);

}  // namespace kelp::cli
