// Files of the volume servers, over HTTP: written with or without fsync, read whole, deleted.
// Owner: the engine. Each call blocks one of the pool's threads, where connections are kept; from a
// shard it is a Task.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/slice.h"
#include "rt/blocking.h"
#include "seaweed/filer.h"

namespace kelp::seaweed {

/// A file of a volume.
struct FileId {
  uint32_t volume = 0;
  uint64_t key = 0;
  uint32_t cookie = 0;
  /// "3,01637037d6": as SeaweedFS writes it.
  std::string text() const;
  friend auto operator<=>(const FileId&, const FileId&) = default;
};

/// Errors: malformed.
Result<FileId> parse_file_id(std::string_view text);

class Volumes {
 public:
  explicit Volumes(Filer& filer);
  ~Volumes();
  Volumes(const Volumes&) = delete;
  Volumes& operator=(const Volumes&) = delete;

  /// Stores the bytes, on the disk if `synced`. Errors: io, timed_out, no_space (the volume takes
  /// no more: another one may), conflict (the id is somebody else's by now); it may have been done
  /// nevertheless.
  Result<void> write_blocking(FileId file, Slice bytes, bool synced);
  /// The whole file. Nothing: there is none. Errors: io, timed_out; too_large.
  Result<std::optional<Slice>> read_blocking(FileId file);
  /// One that is not there is fine.
  Result<void> remove_blocking(FileId file);

  Task<Result<void>> write(FileId file, Slice bytes, bool synced);
  Task<Result<std::optional<Slice>>> read(FileId file);
  Task<Result<void>> remove(FileId file);

  /// Where a volume is, as its assignment said.
  void learn(uint32_t volume, std::string server);
  /// Ends what is under way and returns when all have been told.
  void stop();

 private:
  struct Http;
  struct Answer {
    int status = 0;
    Slice body;
  };
  struct Wanted;

  template <class F>
  auto on_pool(F call) -> Task<std::invoke_result_t<F&>>;
  Result<std::string> server_of(uint32_t volume);
  void forget(uint32_t volume);
  Result<Answer> perform(FileId file, const Wanted& wanted);
  std::unique_ptr<Http> take_connection();
  void give_back(std::unique_ptr<Http> connection);

  Filer& filer_;
  std::mutex mutex_;
  std::map<uint32_t, std::string> servers_;
  std::vector<std::unique_ptr<Http>> idle_;
  std::atomic<bool> stopping_{false};
  size_t under_way_ = 0;  // on the pool
  std::condition_variable ended_;
  rt::BlockingPool pool_;  // the last: its threads end first
};

}  // namespace kelp::seaweed
