// The batches of objects in memory, the ones last used: what was just written for those who read at
// the end, and what is read ahead. One per engine; any thread.
#pragma once

#include <list>
#include <map>
#include <mutex>
#include <optional>

#include "base/slice.h"
#include "seaweed/volumes.h"

namespace kelp::seaweed {

class ObjectCache {
 public:
  explicit ObjectCache(size_t max_bytes) : max_bytes_(max_bytes) {}

  void put(const FileId& file, Slice batches);
  std::optional<Slice> get(const FileId& file);
  size_t bytes() const;

 private:
  struct Cached {
    FileId file;
    Slice batches;
  };

  const size_t max_bytes_;
  mutable std::mutex mutex_;
  std::list<Cached> newest_first_;
  std::map<FileId, std::list<Cached>::iterator> by_file_;
  size_t bytes_ = 0;
};

}  // namespace kelp::seaweed
