// `kelp decode HEX`: a frame as JSON, for people who look at traffic.
#pragma once

#include <string>

namespace kelp::cli {

/// `response_to`: empty for a request, else "KEY:VERSION" of the request that the frame answers.
/// Prints to stdout; the exit code: 0, or 1 when the frame is none (and why).
int decode(const std::string& hex, const std::string& response_to);

}  // namespace kelp::cli
