// The catalog on the disk: the documents in memory, and a log of what was committed. Commits that
// come while one is being written go into the next write together and share its sync. Owner:
// DiskEngine. Any shard; what is read is what is durable. After a failed sync it takes no commits.
#pragma once

#include <deque>
#include <memory>
#include <mutex>

#include "engine/disk/store.h"
#include "engine/documents.h"
#include "rt/wait.h"

namespace kelp::engine::disk {

class DiskCatalog final : public Catalog {
 public:
  /// Reads the file. Blocks.
  static Result<std::unique_ptr<DiskCatalog>> open(Store& store);

  Task<Result<std::optional<Document>>> get(std::string key) override;
  Task<Result<std::vector<std::pair<std::string, Document>>>> list(std::string prefix) override;
  Task<Result<void>> commit(std::vector<Change> changes) override;

 private:
  struct Pending {
    std::vector<Change> changes;
    rt::Shard& home;
    Result<void> outcome;
    rt::Completion<Result<void>> done;
  };

  DiskCatalog(Store& store, Documents documents, uint64_t size_bytes);
  /// On a pool's thread: writes what waits until nothing does.
  void work();
  void write_together(std::deque<Pending*>& pending);
  Result<void> append(const std::string& record);
  Result<void> open_file();
  void rewrite_if_long();
  uint64_t live_bytes();

  Store& store_;
  std::mutex mutex_;  // of the documents and of what waits
  Documents documents_;
  std::deque<Pending*> waiting_;
  bool working_ = false;

  // Of the one that works.
  rt::File file_;
  uint64_t size_bytes_;
  uint64_t rewrite_at_bytes_;
  bool failed_ = false;
};

}  // namespace kelp::engine::disk
