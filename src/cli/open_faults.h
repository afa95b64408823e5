// What a request asked about, until each has its answer: whatever a broker leaves out keeps a
// fault, and what nobody asked about is passed over.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "client/cluster.h"

namespace kelp::cli {

template <class Key>
using Faults = std::map<Key, client::Fault>;

/// All of them without an answer yet.
template <class Key>
Faults<Key> open_faults(const auto& asked) {
  Faults<Key> faults;
  for (const Key& key : asked) faults[key];
  return faults;
}

/// The answer about `key`: its fault goes when it is good. False when nobody asked.
template <class Key>
bool settle(Faults<Key>& faults, const Key& key, ErrorCode code,
            const std::optional<std::string>& message) {
  const auto open = faults.find(key);
  if (open == faults.end()) return false;
  if (code == ErrorCode::none) {
    faults.erase(open);
  } else {
    open->second = client::Fault{code, message.value_or("")};
  }
  return true;
}

}  // namespace kelp::cli
