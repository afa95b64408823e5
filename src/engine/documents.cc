#include "engine/documents.h"

namespace kelp::engine {

std::optional<Document> Documents::get(std::string_view key) const {
  const auto found = documents_.find(key);
  return found == documents_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::pair<std::string, Document>> Documents::list(std::string_view prefix) const {
  std::vector<std::pair<std::string, Document>> found;
  for (auto at = documents_.lower_bound(prefix);
       at != documents_.end() && at->first.starts_with(prefix); ++at) {
    found.push_back(*at);
  }
  return found;
}

Result<void> Documents::stage(Staged& staged, std::vector<Change> changes) const {
  Staged mine;  // a key may be changed twice in one commit: the second sees the first
  const auto version_of = [&](const std::string& key) -> uint64_t {
    for (const Staged* stage : {&std::as_const(mine), &std::as_const(staged)}) {
      if (const auto found = stage->find(key); found != stage->end()) {
        return found->second ? found->second->version : 0;
      }
    }
    const auto found = documents_.find(key);
    return found == documents_.end() ? 0 : found->second.version;
  };
  for (Change& change : changes) {
    const uint64_t version = version_of(change.key);
    if (version != change.expected_version) return fail(ErrorKind::conflict, change.key);
    auto& document = mine[change.key];
    document.reset();
    if (change.body) document = Document{version + 1, std::move(*change.body)};
  }
  for (auto& [key, document] : mine) staged.insert_or_assign(key, std::move(document));
  return {};
}

void Documents::apply(Staged staged) {
  for (auto& [key, document] : staged) {
    if (document) {
      documents_.insert_or_assign(key, std::move(*document));
    } else {
      documents_.erase(key);
    }
  }
}

}  // namespace kelp::engine
