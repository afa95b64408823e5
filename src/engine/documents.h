// The documents of a catalog in memory, ordered by key, and the one rule of compare-and-set. A
// change is staged first and applied when it is durable; nobody sees it in between. Owner: a
// Catalog, under its lock.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/engine.h"

namespace kelp::engine {

/// What commits make of the keys that they touch; no document: removed.
using Staged = std::map<std::string, std::optional<Document>, std::less<>>;

class Documents {
 public:
  std::optional<Document> get(std::string_view key) const;
  std::vector<std::pair<std::string, Document>> list(std::string_view prefix) const;
  const std::map<std::string, Document, std::less<>>& all() const { return documents_; }

  /// Adds the changes to what is staged already, all or none. conflict: names the first key whose
  /// version was another one.
  Result<void> stage(Staged& staged, std::vector<Change> changes) const;
  void apply(Staged staged);

 private:
  std::map<std::string, Document, std::less<>> documents_;
};

}  // namespace kelp::engine
