// The open segment files of a data directory, bounded in number: the longest unused one is closed
// when there are too many. A reader's own reference keeps a closed one alive until it is done. Any
// thread, one lock that is never held over a system call.
#pragma once

#include <functional>
#include <list>
#include <mutex>

#include "rt/file.h"

namespace kelp::engine::disk {

/// A place in the cache; goes back to it before the cache goes.
struct CachedFile {
  rt::File file;
  std::list<CachedFile*>::iterator place;
  bool pinned = false;
};

class FileCache {
 public:
  explicit FileCache(size_t capacity) : capacity_(capacity) {}

  /// How many files this process should keep open at most: half of what RLIMIT_NOFILE allows (the
  /// other half is for connections), between 64 (a useful minimum) and 8192 (about 16 MiB of the
  /// kernel's memory).
  static size_t capacity_for_this_process();

  /// The open file, opened by `open` if it is not.
  Result<rt::File> get(CachedFile& slot, const std::function<Result<rt::File>()>& open);
  /// The file stays open until it is forgotten, beyond the capacity.
  Result<void> pin(CachedFile& slot, const std::function<Result<rt::File>()>& open);
  void forget(CachedFile& slot);
  size_t open_files() const;

 private:
  const size_t capacity_;
  mutable std::mutex mutex_;
  std::list<CachedFile*> by_use_;  // the last used first
};

}  // namespace kelp::engine::disk
