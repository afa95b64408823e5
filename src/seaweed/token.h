// Tokens of compare-and-set: "<version>.<random>". The random part tells whose attempt it was that
// an unanswered call left behind.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>

#include "base/uuid.h"

namespace kelp::seaweed {

inline std::string fresh_token(uint64_t version) {
  return fmt::format("{}.{}", version, Uuid::random().text());
}

}  // namespace kelp::seaweed
