// FileSystem: the few calls on files that an engine needs, as one seam, so that tests can record
// them, cut them and let them fail (rt/test_files.h). Any thread; every call may block but
// read_cached() and is_cached(). Errors are values: no_space for a full disk or quota, not_found,
// exists, exhausted for descriptors, io for the rest. Files are opened close-on-exec, mode 0640;
// directories 0750.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/slice.h"
#include "rt/fragments.h"

namespace kelp::rt {

using File = std::shared_ptr<const OpenFile>;

enum class OpenMode : uint8_t {
  read,    // must exist
  write,   // must exist; read and write
  create,  // made if it does not exist; read and write
};

struct DirectoryEntry {
  std::string name;
  bool is_directory = false;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  virtual Result<File> open(const std::string& path, OpenMode mode) = 0;
  /// All of `bytes`, or an error: then any part of them may have been written.
  virtual Result<void> write(const OpenFile& file, uint64_t position, Bytes bytes) = 0;
  /// Fills `into`; fewer bytes only at the end of the file.
  virtual Result<size_t> read(const OpenFile& file, uint64_t position, std::span<uint8_t> into) = 0;
  /// The same if it needs no wait for the disk; nothing if it would have to wait.
  virtual Result<std::optional<size_t>> read_cached(const OpenFile& file, uint64_t position,
                                                    std::span<uint8_t> into) = 0;
  /// Whether the range is in memory, as far as looks here and there in it tell.
  virtual Result<bool> is_cached(const OpenFile& file, uint64_t position, size_t size) = 0;
  /// Brings the range into memory.
  virtual Result<void> load(const OpenFile& file, uint64_t position, size_t size) = 0;
  virtual Result<uint64_t> size(const OpenFile& file) = 0;
  virtual Result<uint64_t> size(const std::string& path) = 0;
  virtual Result<void> truncate(const OpenFile& file, uint64_t size) = 0;
  /// The file's bytes and size are on the disk (fdatasync).
  virtual Result<void> sync(const OpenFile& file) = 0;
  /// Begins to bring the range to the disk and waits for nothing but room in the disk's queue.
  /// Promises nothing: an error is for sync() to tell.
  virtual void begin_write(const OpenFile& file, uint64_t position, size_t size) = 0;
  /// All bytes, sizes and names of the file system that the file is on are on the disk (syncfs).
  /// Also an error of the past is told, if it came after the file was opened; not whose it is.
  /// unsupported: the system does not tell errors here, so that a success would mean nothing.
  virtual Result<void> sync_all(const OpenFile& file) = 0;
  /// The names in the directory are on the disk.
  virtual Result<void> sync_directory(const std::string& path) = 0;
  virtual Result<void> rename(const std::string& from, const std::string& to) = 0;
  virtual Result<void> remove_file(const std::string& path) = 0;
  virtual Result<void> remove_directory(const std::string& path) = 0;
  virtual Result<void> make_directory(const std::string& path) = 0;
  /// Without "." and "..", in no order.
  virtual Result<std::vector<DirectoryEntry>> list(const std::string& path) = 0;
  /// An exclusive lock that goes with the open file; false: another open file holds it.
  virtual Result<bool> try_lock(const OpenFile& file) = 0;
};

/// The system's.
FileSystem& real_files();

/// A whole file; too_large beyond `max_bytes`.
Result<Slice> read_file(FileSystem& files, const std::string& path, uint64_t max_bytes);

enum class Flush : uint8_t { no, yes };

/// Puts `bytes` in the place of the file `path` at once, through `path` + `suffix`. With Flush::yes
/// it is durable when it returns; without, a power loss may leave the old, the new, or a torn file.
Result<void> replace_file(FileSystem& files, const std::string& path, Bytes bytes, Flush flush,
                          std::string_view suffix = ".tmp");

/// Removes a file or a directory with all that is in it; what is gone already is no error.
Result<void> remove_tree(FileSystem& files, const std::string& path);

/// The directory that `path` stands in.
std::string parent_of(const std::string& path);

}  // namespace kelp::rt
