#include "seaweed/object_cache.h"

namespace kelp::seaweed {

void ObjectCache::put(const FileId& file, Slice batches) {
  const std::scoped_lock lock(mutex_);
  if (batches.size() > max_bytes_ || by_file_.contains(file)) return;
  bytes_ += batches.size();
  newest_first_.push_front({file, std::move(batches)});
  by_file_[file] = newest_first_.begin();
  while (bytes_ > max_bytes_) {
    const Cached& oldest = newest_first_.back();
    bytes_ -= oldest.batches.size();
    by_file_.erase(oldest.file);
    newest_first_.pop_back();
  }
}

std::optional<Slice> ObjectCache::get(const FileId& file) {
  const std::scoped_lock lock(mutex_);
  const auto found = by_file_.find(file);
  if (found == by_file_.end()) return std::nullopt;
  newest_first_.splice(newest_first_.begin(), newest_first_, found->second);
  return found->second->batches;
}

size_t ObjectCache::bytes() const {
  const std::scoped_lock lock(mutex_);
  return bytes_;
}

}  // namespace kelp::seaweed
