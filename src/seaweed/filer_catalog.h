// The catalog on the filer: the documents in memory, and one entry (the head) that names a snapshot
// and holds what was committed since. A commit replaces the head by compare-and-set, so it is whole
// or not at all, whoever else commits: another Kelp's commits are read when it is found that there
// were some. Commits that come while one is being written go into the next write together. Owner:
// the engine. Any shard; what is read is what is stored.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/documents.h"
#include "rt/blocking.h"
#include "rt/wait.h"
#include "seaweed/filer.h"
#include "seaweed/proto/object_log.pb.h"

namespace kelp::seaweed {

class FilerCatalog final : public engine::Catalog {
 public:
  /// Reads it, or begins it. Blocks.
  static Result<std::unique_ptr<FilerCatalog>> open(Filer& filer);
  ~FilerCatalog() override;

  Task<Result<std::optional<engine::Document>>> get(std::string key) override;
  Task<Result<std::vector<std::pair<std::string, engine::Document>>>> list(
      std::string prefix) override;
  Task<Result<void>> commit(std::vector<engine::Change> changes) override;
  /// Whether the one before us left it with close(), or there was none.
  bool was_clean() const { return was_clean_; }
  /// Leaves the mark that nobody has it open.
  Task<Result<void>> close();
  /// No commits any more; those that wait are refused.
  void stop() { stopping_ = true; }

 private:
  struct Pending {
    std::vector<engine::Change> changes;
    rt::Shard& home;
    Result<void> outcome;
    rt::Completion<Result<void>> done;
  };

  explicit FilerCatalog(Filer& filer);
  EntryPath path(std::string name) const;

  // On the pool's thread, or while it is opened.
  void work();
  void write_together(std::deque<Pending*>& pending);
  /// One attempt to replace the head. conflict: another one came first; other errors leave it open.
  Result<void> try_to_write(const engine::Staged& staged, bool clean = false);
  Result<void> write_mark(bool clean);
  Result<void> load();
  Result<void> load_snapshot(const stored::CatalogHead& head, engine::Documents& into);
  Result<void> fold(stored::CatalogHead& head, const engine::Staged& staged);
  void collect(stored::CatalogHead& head);

  Filer& filer_;
  std::mutex mutex_;  // of the documents and of what waits
  engine::Documents documents_;
  std::deque<Pending*> waiting_;
  bool working_ = false;
  std::atomic<bool> stopping_{false};

  bool was_clean_ = false;

  // Of the one that works.
  stored::CatalogHead head_;
  std::string token_;
  uint64_t version_ = 0;
  std::vector<std::string> attempts_;  // the tokens of this round's
  std::vector<std::string> deletable_;
  rt::BlockingPool pool_{1};  // the last: its thread ends first
};

}  // namespace kelp::seaweed
