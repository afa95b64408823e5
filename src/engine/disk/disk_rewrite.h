// The files of a rewriting, beside the segments that they shall take the place of. Owner: whoever
// rewrites; the calls block and come from any thread, one at a time. Dropped without committed(),
// it takes its files with it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/disk/rewrite_mark.h"
#include "engine/disk/store.h"

namespace kelp::engine::disk {

struct RewriteTerms {
  Offset from, to;
  uint64_t sequence = 0;
  uint64_t segment_bytes = 0;
  size_t index_interval_bytes = 0;
};

class DiskRewrite final : public Rewrite {
 public:
  struct File {
    SegmentInfo info;
    SparseIndex index;
  };

  DiskRewrite(Store& store, std::shared_ptr<const std::string> directory, const RewriteTerms& terms)
      : store_(store), directory_(std::move(directory)), terms_(terms) {}
  ~DiskRewrite() override;

  Result<void> add(Slice batches) override;
  Result<void> finish() override;

  const RewriteTerms& terms() const { return terms_; }
  const std::vector<File>& files() const { return files_; }
  bool finished() const { return finished_; }
  /// The files are the log's.
  void committed() { committed_ = true; }

 private:
  std::string path_of(Offset base) const {
    return *directory_ + "/" + new_file_name(base, terms_.sequence);
  }
  Result<void> begin_file(Offset base);
  Result<void> end_file(Offset next);

  Store& store_;
  const std::shared_ptr<const std::string> directory_;
  const RewriteTerms terms_;
  std::vector<File> files_;
  rt::File open_;  // the last one
  bool finished_ = false;
  bool committed_ = false;
};

}  // namespace kelp::engine::disk
