// Steps of a catalog commit, in one line each.
#pragma once

#include <string>

#include "engine/engine.h"

namespace kelp::broker {

/// Version 0: the document must not be there yet.
inline engine::Change put(std::string key, uint64_t expected_version, std::string body) {
  engine::Change change;
  change.key = std::move(key);
  change.expected_version = expected_version;
  change.body = std::move(body);
  return change;
}

inline engine::Change remove(std::string key, uint64_t expected_version) {
  engine::Change change;
  change.key = std::move(key);
  change.expected_version = expected_version;
  return change;
}

}  // namespace kelp::broker
