#include "rt/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

namespace kelp::rt {
namespace {

constexpr mode_t kFileMode = 0640;
constexpr mode_t kDirectoryMode = 0750;

ErrorKind kind_of(int os_error) {
  switch (os_error) {
    case ENOSPC:
    case EDQUOT:
      return ErrorKind::no_space;
    case ENOENT:
      return ErrorKind::not_found;
    case EEXIST:
      return ErrorKind::exists;
    case EMFILE:
    case ENFILE:
      return ErrorKind::exhausted;
    default:
      return ErrorKind::io;
  }
}

/// What the kernel reads at least when it has to read: bytes nearer than that come and mostly go
/// together.
constexpr size_t kReadAheadBytes = size_t{128} << 10;

std::unexpected<Error> failed(std::string_view verb, const std::string& path) {
  const int os_error = errno;
  return fail(kind_of(os_error), fmt::format("{} {}", verb, path), os_error);
}

/// Which file it was is the caller's to say: the system knows it, we need not keep it.
std::unexpected<Error> failed(std::string_view verb) {
  const int os_error = errno;
  return fail(kind_of(os_error), std::string(verb), os_error);
}

/// File systems of which it is known that syncfs() tells errors; a layer above another one
/// (overlay, FUSE, network) may keep them to itself.
constexpr uint32_t kTellErrors[] = {EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC,
                                    TMPFS_MAGIC};

/// Since Linux 5.8; before, syncfs() succeeded whatever happened.
bool tells_errors_of_syncfs() {
  utsname system{};
  int major = 0, minor = 0;
  if (::uname(&system) != 0 || std::sscanf(system.release, "%d.%d", &major, &minor) != 2) {
    return false;
  }
  return major > 5 || (major == 5 && minor >= 8);
}

class RealFiles final : public FileSystem {
 public:
  Result<File> open(const std::string& path, OpenMode mode) override {
    int flags = O_CLOEXEC | (mode == OpenMode::read ? O_RDONLY : O_RDWR);
    if (mode == OpenMode::create) flags |= O_CREAT;
    const int descriptor = ::open(path.c_str(), flags, kFileMode);
    if (descriptor < 0) return failed("open", path);
    return std::make_shared<const OpenFile>(descriptor);
  }

  Result<void> write(const OpenFile& file, uint64_t position, Bytes bytes) override {
    while (!bytes.empty()) {
      const ssize_t wrote =
          ::pwrite(file.descriptor(), bytes.data(), bytes.size(), static_cast<off_t>(position));
      if (wrote < 0) {
        if (errno == EINTR) continue;
        return failed("write");
      }
      position += static_cast<uint64_t>(wrote);
      bytes = bytes.subspan(static_cast<size_t>(wrote));
    }
    return {};
  }

  Result<size_t> read(const OpenFile& file, uint64_t position, std::span<uint8_t> into) override {
    size_t filled = 0;
    while (filled < into.size()) {
      const ssize_t got = ::pread(file.descriptor(), into.data() + filled, into.size() - filled,
                                  static_cast<off_t>(position + filled));
      if (got < 0) {
        if (errno == EINTR) continue;
        return failed("read");
      }
      if (got == 0) break;
      filled += static_cast<size_t>(got);
    }
    return filled;
  }

  Result<std::optional<size_t>> read_cached(const OpenFile& file, uint64_t position,
                                            std::span<uint8_t> into) override {
    iovec part{into.data(), into.size()};
    const ssize_t got =
        ::preadv2(file.descriptor(), &part, 1, static_cast<off_t>(position), RWF_NOWAIT);
    if (got == static_cast<ssize_t>(into.size())) return into.size();
    if (got < 0 && errno == EOPNOTSUPP) {
      // A file system that cannot tell: waiting here is the lesser evil than a thread for each
      // read.
      const auto plain = read(file, position, into);
      if (!plain) return std::unexpected(plain.error());
      return *plain;
    }
    if (got < 0 && errno != EAGAIN && errno != EINTR) return failed("read");
    // Fewer bytes may mean the end, or that the rest is not in memory: the size tells.
    const size_t filled = got < 0 ? 0 : static_cast<size_t>(got);
    const auto end = size(file);
    if (!end) return std::unexpected(end.error());
    if (got >= 0 && position + filled >= *end) return filled;
    return std::nullopt;
  }

  Result<bool> is_cached(const OpenFile& file, uint64_t position, size_t size) override {
    uint8_t byte = 0;
    for (size_t at = 0; at < size; at += kReadAheadBytes) {
      const auto got = read_cached(file, position + at, std::span(&byte, 1));
      if (!got) return std::unexpected(got.error());
      if (!got->has_value()) return false;
    }
    const auto last = read_cached(file, position + size - 1, std::span(&byte, 1));
    if (!last) return std::unexpected(last.error());
    return last->has_value();
  }

  Result<void> load(const OpenFile& file, uint64_t position, size_t size) override {
    std::vector<uint8_t> into(std::min(size, kReadAheadBytes));
    // Only an advice: the reads below do it in any case.
    (void)::posix_fadvise(file.descriptor(), static_cast<off_t>(position), static_cast<off_t>(size),
                          POSIX_FADV_WILLNEED);
    for (size_t at = 0; at < size; at += into.size()) {
      const size_t piece = std::min(into.size(), size - at);
      const auto got = read(file, position + at, std::span(into).first(piece));
      if (!got) return std::unexpected(got.error());
    }
    return {};
  }

  Result<uint64_t> size(const OpenFile& file) override {
    struct stat status{};
    if (::fstat(file.descriptor(), &status) != 0) return failed("stat");
    return static_cast<uint64_t>(status.st_size);
  }

  Result<uint64_t> size(const std::string& path) override {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return failed("stat", path);
    return static_cast<uint64_t>(status.st_size);
  }

  Result<void> truncate(const OpenFile& file, uint64_t size) override {
    if (::ftruncate(file.descriptor(), static_cast<off_t>(size)) != 0) return failed("truncate");
    return {};
  }

  Result<void> sync(const OpenFile& file) override {
    if (::fdatasync(file.descriptor()) != 0) return failed("fdatasync");
    return {};
  }

  void begin_write(const OpenFile& file, uint64_t position, size_t size) override {
    (void)::sync_file_range(file.descriptor(), static_cast<off_t>(position),
                            static_cast<off_t>(size), SYNC_FILE_RANGE_WRITE);
  }

  Result<void> sync_all(const OpenFile& file) override {
    static const bool kernel_tells = tells_errors_of_syncfs();
    struct statfs system{};
    if (::fstatfs(file.descriptor(), &system) != 0) return failed("statfs");
    const auto type = static_cast<uint32_t>(system.f_type);
    if (!kernel_tells || std::ranges::find(kTellErrors, type) == std::end(kTellErrors)) {
      return fail(ErrorKind::unsupported, "syncfs");
    }
    if (::syncfs(file.descriptor()) != 0) return failed("syncfs");
    return {};
  }

  Result<void> sync_directory(const std::string& path) override {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return failed("open directory", path);
    const OpenFile directory(descriptor);
    if (::fsync(descriptor) != 0) return failed("fsync directory", path);
    return {};
  }

  Result<void> rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return failed("rename", from);
    return {};
  }

  Result<void> remove_file(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return failed("remove", path);
    return {};
  }

  Result<void> remove_directory(const std::string& path) override {
    if (::rmdir(path.c_str()) != 0) return failed("remove directory", path);
    return {};
  }

  Result<void> make_directory(const std::string& path) override {
    if (::mkdir(path.c_str(), kDirectoryMode) != 0) return failed("make directory", path);
    return {};
  }

  Result<std::vector<DirectoryEntry>> list(const std::string& path) override {
    DIR* directory = ::opendir(path.c_str());
    if (directory == nullptr) return failed("list", path);
    std::vector<DirectoryEntry> entries;
    errno = 0;
    while (const dirent* entry = ::readdir(directory)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") {
        entries.push_back({std::string(name), is_directory(path, *entry)});
      }
      errno = 0;
    }
    const int os_error = errno;
    ::closedir(directory);
    if (os_error != 0) return fail(kind_of(os_error), "list " + path, os_error);
    return entries;
  }

  Result<bool> try_lock(const OpenFile& file) override {
    if (::flock(file.descriptor(), LOCK_EX | LOCK_NB) == 0) return true;
    if (errno == EWOULDBLOCK) return false;
    return failed("lock");
  }

 private:
  static bool is_directory(const std::string& path, const dirent& entry) {
    if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
    struct stat status{};
    return ::lstat((path + "/" + entry.d_name).c_str(), &status) == 0 && S_ISDIR(status.st_mode);
  }
};

}  // namespace

FileSystem& real_files() {
  static RealFiles files;
  return files;
}

Result<Slice> read_file(FileSystem& files, const std::string& path, uint64_t max_bytes) {
  const auto file = files.open(path, OpenMode::read);
  if (!file) return std::unexpected(file.error());
  const auto size = files.size(**file);
  if (!size) return std::unexpected(size.error());
  if (*size > max_bytes) {
    return fail(ErrorKind::too_large, fmt::format("{}: {} bytes", path, *size));
  }
  Buffer buffer(*size);
  const auto got = files.read(**file, 0, buffer.bytes());
  if (!got) return std::unexpected(got.error());
  return buffer.slice(0, *got);
}

Result<void> replace_file(FileSystem& files, const std::string& path, Bytes bytes, Flush flush,
                          std::string_view suffix) {
  const std::string fresh = path + std::string(suffix);
  const auto file = files.open(fresh, OpenMode::create);
  if (!file) return std::unexpected(file.error());
  Result<void> done = files.truncate(**file, 0);
  if (done) done = files.write(**file, 0, bytes);
  if (done && flush == Flush::yes) done = files.sync(**file);
  if (done) done = files.rename(fresh, path);
  if (!done) {
    (void)files.remove_file(fresh);
    done.error().what += " " + fresh;
    return done;
  }
  return flush == Flush::yes ? files.sync_directory(parent_of(path)) : done;
}

Result<void> remove_tree(FileSystem& files, const std::string& path) {
  const auto entries = files.list(path);
  if (!entries) {
    if (entries.error().kind == ErrorKind::not_found) return {};
    if (entries.error().os_error == ENOTDIR) return files.remove_file(path);
    return std::unexpected(entries.error());
  }
  for (const DirectoryEntry& entry : *entries) {
    const std::string inner = path + "/" + entry.name;
    const auto removed = entry.is_directory ? remove_tree(files, inner) : files.remove_file(inner);
    if (!removed && removed.error().kind != ErrorKind::not_found) return removed;
  }
  return files.remove_directory(path);
}

std::string parent_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace kelp::rt
