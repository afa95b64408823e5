// A message's schema in words, from its describe(): for documentation and for people.
#pragma once

#include <string>

#include "wire/codec.h"

namespace kelp::wire {

/// One line per field, nested structs indented:
///   FetchRequest, versions 0-18, flexible 12+
///     ClusterId: nullable string, 12+, tag 0
std::string schema_text(const MessageOps& message);

}  // namespace kelp::wire
