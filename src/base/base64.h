// Base64 with the standard alphabet and padding (RFC 4648, section 4).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/slice.h"

namespace kelp {

std::string base64(Bytes bytes);

/// Nothing for anything but whole, padded groups whose unused bits are zero.
std::optional<std::vector<uint8_t>> parse_base64(std::string_view text);

}  // namespace kelp
