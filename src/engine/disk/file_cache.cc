#include "engine/disk/file_cache.h"

#include <sys/resource.h>

#include <algorithm>

namespace kelp::engine::disk {

size_t FileCache::capacity_for_this_process() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 64;
  return std::clamp<size_t>(static_cast<size_t>(limit.rlim_cur) / 2, 64, 8192);
}

Result<rt::File> FileCache::get(CachedFile& slot, const std::function<Result<rt::File>()>& open) {
  {
    const std::scoped_lock lock(mutex_);
    if (slot.pinned) return slot.file;
    if (slot.file) {
      by_use_.splice(by_use_.begin(), by_use_, slot.place);
      return slot.file;
    }
  }
  auto opened = open();
  if (!opened) return opened;
  rt::File closing;  // closed behind the lock
  const std::scoped_lock lock(mutex_);
  if (slot.file) return slot.file;  // somebody else was faster
  slot.file = *opened;
  slot.place = by_use_.insert(by_use_.begin(), &slot);
  if (by_use_.size() > capacity_) {
    closing = std::move(by_use_.back()->file);
    by_use_.back()->file = nullptr;
    by_use_.pop_back();
  }
  return slot.file;
}

Result<void> FileCache::pin(CachedFile& slot, const std::function<Result<rt::File>()>& open) {
  auto file = get(slot, open);
  if (!file) return std::unexpected(file.error());
  const std::scoped_lock lock(mutex_);
  if (slot.pinned) return {};
  if (slot.file) by_use_.erase(slot.place);
  slot.file = *std::move(file);
  slot.pinned = true;
  return {};
}

void FileCache::forget(CachedFile& slot) {
  rt::File closing;
  const std::scoped_lock lock(mutex_);
  if (!slot.file) return;
  closing = std::move(slot.file);
  slot.file = nullptr;
  if (!std::exchange(slot.pinned, false)) by_use_.erase(slot.place);
}

size_t FileCache::open_files() const {
  const std::scoped_lock lock(mutex_);
  return by_use_.size();
}

}  // namespace kelp::engine::disk
