// A partition's manifest: the one entry that says what its log is. All changes of this process go
// through here, one compare-and-set after the other; changes that come meanwhile go together.
// When somebody else has changed it, this process no longer owns the log. Owner: ObjectPartition;
// its shard only.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rt/wait.h"
#include "seaweed/object_format.h"
#include "seaweed/store.h"

namespace kelp::seaweed {

/// Makes the manifest another one, or says why not; then nothing of it is stored.
using ManifestChange = std::function<Result<void>(stored::Manifest&)>;

class ManifestEntry {
 public:
  ManifestEntry(std::shared_ptr<Store> store, EntryPath path)
      : store_(std::move(store)), path_(std::move(path)) {}

  /// Reads it, lets `recover` bring it up to what else is stored, and takes the ownership: a new
  /// epoch by compare-and-set. Made anew if there is none.
  Task<Result<void>> take_over(std::function<Task<Result<void>>(stored::Manifest&)> recover);

  /// Done, or for good refused: by the change itself, `fenced`, `closed`. While the cluster is
  /// away it waits. The change may be asked several times.
  Task<Result<void>> change(ManifestChange change);

  /// As it is stored.
  const stored::Manifest& now() const { return manifest_; }
  bool fenced() const { return fenced_; }

 private:
  struct Waiting {
    ManifestChange change;
    Result<void> outcome;
    rt::Completion<rt::Done> done;
  };

  Task<void> work();
  Task<Result<void>> store(const stored::Manifest& manifest);
  Task<Result<void>> try_to_store(const std::string& bytes, std::vector<std::string>& attempts);
  Task<void> back_off(int attempt);

  std::shared_ptr<Store> store_;
  const EntryPath path_;
  stored::Manifest manifest_;
  std::string token_;
  uint64_t version_ = 0;
  bool fenced_ = false;
  bool working_ = false;
  std::deque<Waiting*> waiting_;
};

/// How long to wait before the next attempt of something that failed `attempt` times: growing,
/// bounded, with jitter, so that many do not come back at once.
rt::Duration back_off_time(int attempt);

}  // namespace kelp::seaweed
