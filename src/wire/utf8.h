// UTF-8 made safe: what a peer calls a string may be any bytes.
#pragma once

#include <string>
#include <string_view>

namespace kelp::wire {

/// `text`, with each byte that is not part of well-formed UTF-8 (RFC 3629) replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace kelp::wire
