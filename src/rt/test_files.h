// For tests only: file systems that stand before the real one. FaultyFiles fails calls on demand.
// RecordingFiles remembers every change in order and builds the directory that a power loss after
// any of them could leave: bytes that were not synced are cut or lost, names whose directory was
// not synced may be missing. Any thread.
#pragma once

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <random>

#include "base/assert.h"
#include "rt/file.h"

namespace kelp::rt {

class ForwardingFiles : public FileSystem {
 public:
  explicit ForwardingFiles(FileSystem& inner = real_files()) : inner_(inner) {}
  Result<File> open(const std::string& path, OpenMode mode) override {
    return inner_.open(path, mode);
  }
  Result<void> write(const OpenFile& file, uint64_t position, Bytes bytes) override {
    return inner_.write(file, position, bytes);
  }
  Result<size_t> read(const OpenFile& file, uint64_t at, std::span<uint8_t> into) override {
    return inner_.read(file, at, into);
  }
  Result<std::optional<size_t>> read_cached(const OpenFile& file, uint64_t at,
                                            std::span<uint8_t> into) override {
    return inner_.read_cached(file, at, into);
  }
  Result<bool> is_cached(const OpenFile& file, uint64_t at, size_t size) override {
    return inner_.is_cached(file, at, size);
  }
  Result<void> load(const OpenFile& file, uint64_t at, size_t size) override {
    return inner_.load(file, at, size);
  }
  Result<uint64_t> size(const OpenFile& file) override { return inner_.size(file); }
  Result<uint64_t> size(const std::string& path) override { return inner_.size(path); }
  Result<void> truncate(const OpenFile& file, uint64_t size) override {
    return inner_.truncate(file, size);
  }
  Result<void> sync(const OpenFile& file) override { return inner_.sync(file); }
  void begin_write(const OpenFile& file, uint64_t at, size_t size) override {
    inner_.begin_write(file, at, size);
  }
  Result<void> sync_all(const OpenFile& file) override { return inner_.sync_all(file); }
  Result<void> sync_directory(const std::string& path) override {
    return inner_.sync_directory(path);
  }
  Result<void> rename(const std::string& from, const std::string& to) override {
    return inner_.rename(from, to);
  }
  Result<void> remove_file(const std::string& path) override { return inner_.remove_file(path); }
  Result<void> remove_directory(const std::string& path) override {
    return inner_.remove_directory(path);
  }
  Result<void> make_directory(const std::string& path) override {
    return inner_.make_directory(path);
  }
  Result<std::vector<DirectoryEntry>> list(const std::string& path) override {
    return inner_.list(path);
  }
  Result<bool> try_lock(const OpenFile& file) override { return inner_.try_lock(file); }

 protected:
  FileSystem& inner_;
};

/// Syncs nothing: for tests of many small directories, where a real sync would only cost time.
class UnsyncedFiles final : public ForwardingFiles {
 public:
  Result<void> sync(const OpenFile&) override { return {}; }
  Result<void> sync_all(const OpenFile&) override { return {}; }
  Result<void> sync_directory(const std::string&) override { return {}; }
};

/// Fails what its rule says. A failing write first writes `written_first` bytes (a short write).
class FaultyFiles final : public ForwardingFiles {
 public:
  enum class Call : uint8_t { write, read, sync, sync_all, truncate };
  struct Fault {
    int os_error = EIO;
    size_t written_first = 0;
  };
  using Rule = std::function<std::optional<Fault>(Call, const std::string& path)>;

  void set_rule(Rule rule) {
    const std::scoped_lock lock(mutex_);
    rule_ = std::move(rule);
  }
  int syncs() const { return syncs_; }

  Result<File> open(const std::string& path, OpenMode mode) override {
    auto file = inner_.open(path, mode);
    const std::scoped_lock lock(mutex_);
    if (file) paths_[(*file)->descriptor()] = path;
    return file;
  }
  Result<void> write(const OpenFile& file, uint64_t position, Bytes bytes) override {
    if (const auto fault = fault_of(Call::write, file)) {
      (void)inner_.write(file, position, bytes.first(std::min(bytes.size(), fault->written_first)));
      return failed(*fault);
    }
    return inner_.write(file, position, bytes);
  }
  Result<size_t> read(const OpenFile& file, uint64_t at, std::span<uint8_t> into) override {
    if (const auto fault = fault_of(Call::read, file)) return failed(*fault);
    return inner_.read(file, at, into);
  }
  Result<std::optional<size_t>> read_cached(const OpenFile& file, uint64_t at,
                                            std::span<uint8_t> into) override {
    if (const auto fault = fault_of(Call::read, file)) return failed(*fault);
    return inner_.read_cached(file, at, into);
  }
  Result<void> truncate(const OpenFile& file, uint64_t size) override {
    if (const auto fault = fault_of(Call::truncate, file)) return failed(*fault);
    return inner_.truncate(file, size);
  }
  Result<void> sync(const OpenFile& file) override {
    ++syncs_;
    if (const auto fault = fault_of(Call::sync, file)) return failed(*fault);
    return inner_.sync(file);
  }
  Result<void> sync_all(const OpenFile& file) override {
    if (const auto fault = fault_of(Call::sync_all, file)) return failed(*fault);
    return inner_.sync_all(file);
  }

 private:
  std::optional<Fault> fault_of(Call call, const OpenFile& file) {
    const std::scoped_lock lock(mutex_);
    return rule_ ? rule_(call, paths_[file.descriptor()]) : std::nullopt;
  }
  static std::unexpected<Error> failed(const Fault& fault) {
    const bool full = fault.os_error == ENOSPC || fault.os_error == EDQUOT;
    return fail(full ? ErrorKind::no_space : ErrorKind::io, "on purpose", fault.os_error);
  }

  std::mutex mutex_;
  Rule rule_;
  std::map<int, std::string> paths_;
  std::atomic<int> syncs_{0};
};

/// Nothing large is in memory, and bringing it there takes until the test lets it.
class ColdFiles final : public ForwardingFiles {
 public:
  Result<bool> is_cached(const OpenFile&, uint64_t, size_t) override { return false; }
  Result<void> load(const OpenFile& file, uint64_t at, size_t size) override {
    loads_.fetch_add(1);
    let_.wait(false);
    return inner_.load(file, at, size);
  }
  /// How often somebody waits, or has waited, for the disk.
  int loads() const { return loads_; }
  void let() {
    let_.store(true);
    let_.notify_all();
  }

 private:
  std::atomic<int> loads_{0};
  std::atomic<bool> let_{false};
};

/// What a power loss leaves of the things that were not synced.
struct PowerLoss {
  enum class Keep : uint8_t { nothing, some, everything };
  Keep bytes = Keep::nothing;
  Keep names = Keep::nothing;
  uint32_t seed = 0;  // which, when some
};

/// Stands before the directory `root`, which must be empty or absent at first.
class RecordingFiles final : public ForwardingFiles {
 public:
  explicit RecordingFiles(std::string root) : root_(std::move(root)) { live_[root_] = 0; }

  /// How many changes there have been: a moment to lose power at.
  size_t moment() const {
    const std::scoped_lock lock(mutex_);
    return changes_.size();
  }

  /// Makes `target` what the disk could hold when the power goes after the first `moment` changes.
  void build(size_t moment, const PowerLoss& loss, const std::string& target) const;

  Result<File> open(const std::string& path, OpenMode mode) override {
    const std::scoped_lock lock(mutex_);
    auto file = inner_.open(path, mode);
    if (!file || mode == OpenMode::read) return file;
    auto [at, fresh] = live_.try_emplace(path, next_node_);
    if (fresh) {
      ++next_node_;
      add({.kind = Kind::link, .node = at->second, .path = path, .into = node_of(path)});
    }
    descriptors_[(*file)->descriptor()] = at->second;
    return file;
  }
  Result<void> write(const OpenFile& file, uint64_t position, Bytes bytes) override {
    const std::scoped_lock lock(mutex_);
    auto done = inner_.write(file, position, bytes);
    if (done) {
      add({.kind = Kind::write,
           .node = descriptors_.at(file.descriptor()),
           .position = position,
           .bytes = std::string(as_text(bytes))});
    }
    return done;
  }
  Result<void> truncate(const OpenFile& file, uint64_t size) override {
    const std::scoped_lock lock(mutex_);
    auto done = inner_.truncate(file, size);
    const int node = descriptors_.at(file.descriptor());
    if (done) add({.kind = Kind::truncate, .node = node, .position = size});
    return done;
  }
  Result<void> sync(const OpenFile& file) override {
    const std::scoped_lock lock(mutex_);
    add({.kind = Kind::sync, .node = descriptors_.at(file.descriptor())});
    return {};  // the real one would only cost time
  }
  Result<void> sync_all(const OpenFile&) override {
    const std::scoped_lock lock(mutex_);
    add({.kind = Kind::sync_all});
    return {};
  }
  Result<void> sync_directory(const std::string& path) override {
    const std::scoped_lock lock(mutex_);
    if (!live_.contains(path)) return fail(ErrorKind::not_found, path, ENOENT);
    add({.kind = Kind::sync_directory, .node = live_.at(path)});
    return {};
  }
  Result<void> make_directory(const std::string& path) override {
    const std::scoped_lock lock(mutex_);
    auto done = inner_.make_directory(path);
    if (done && path != root_) {
      live_[path] = next_node_;
      add({.kind = Kind::link,
           .node = next_node_++,
           .path = path,
           .into = node_of(path),
           .directory = true});
    }
    return done;
  }
  Result<void> rename(const std::string& from, const std::string& to) override {
    const std::scoped_lock lock(mutex_);
    auto done = inner_.rename(from, to);
    if (!done) return done;
    add({.kind = Kind::rename,
         .node = live_.at(from),
         .path = to,
         .from = from,
         .into = node_of(to),
         .out_of = node_of(from)});
    std::map<std::string, int> moved;
    for (auto at = live_.begin(); at != live_.end();) {
      const bool below = at->first == from || at->first.starts_with(from + "/");
      if (below) moved[to + at->first.substr(from.size())] = at->second;
      at = below ? live_.erase(at) : std::next(at);
    }
    for (const auto& [path, node] : moved) live_[path] = node;
    return done;
  }
  Result<void> remove_file(const std::string& path) override {
    const std::scoped_lock lock(mutex_);
    return unlink(path, inner_.remove_file(path));
  }
  Result<void> remove_directory(const std::string& path) override {
    const std::scoped_lock lock(mutex_);
    return unlink(path, inner_.remove_directory(path));
  }

 private:
  enum class Kind : uint8_t {
    link,
    unlink,
    rename,
    write,
    truncate,
    sync,
    sync_directory,
    sync_all
  };
  struct Change {
    Kind kind;
    int node = 0;
    std::string path, from;
    int into = 0, out_of = 0;  // directories
    bool directory = false;
    uint64_t position = 0;
    std::string bytes;
  };
  struct Disk;

  static std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }
  int node_of(const std::string& path) const { return live_.at(parent_of(path)); }
  void add(Change change) { changes_.push_back(std::move(change)); }
  Result<void> unlink(const std::string& path, Result<void> done) {
    if (done) {
      add({.kind = Kind::unlink, .path = path, .into = node_of(path)});
      live_.erase(path);
    }
    return done;
  }

  const std::string root_;
  mutable std::mutex mutex_;
  std::vector<Change> changes_;
  std::map<std::string, int> live_;
  std::map<int, int> descriptors_;
  int next_node_ = 1;
};

/// The state of the disk while changes are played back.
struct RecordingFiles::Disk {
  std::map<std::pair<int, std::string>, int> names;  // (directory, name) -> node
  std::map<int, std::string> content;
  std::map<int, bool> is_directory;
  std::vector<const Change*> pending_names;
  std::map<int, std::vector<const Change*>> pending_bytes;

  void apply_name(const Change& change) {
    if (change.kind == Kind::rename) names.erase({change.out_of, name_of(change.from)});
    if (change.kind == Kind::unlink) {
      names.erase({change.into, name_of(change.path)});
    } else {
      names[{change.into, name_of(change.path)}] = change.node;
    }
  }
  void apply_bytes(const Change& change, size_t count) {
    std::string& text = content[change.node];
    if (change.kind == Kind::truncate) {
      text.resize(change.position);
      return;
    }
    if (text.size() < change.position + count) text.resize(change.position + count);
    text.replace(change.position, count, change.bytes, 0, count);
  }
  void play(const Change& change) {
    switch (change.kind) {
      case Kind::link:
        is_directory[change.node] = change.directory;
        [[fallthrough]];
      case Kind::unlink:
      case Kind::rename:
        pending_names.push_back(&change);
        return;
      case Kind::write:
      case Kind::truncate:
        pending_bytes[change.node].push_back(&change);
        return;
      case Kind::sync:
        for (const Change* one : pending_bytes[change.node]) apply_bytes(*one, one->bytes.size());
        pending_bytes.erase(change.node);
        return;
      case Kind::sync_all:
        for (const Change* one : pending_names) apply_name(*one);
        pending_names.clear();
        for (const auto& [node, writes] : pending_bytes) {
          for (const Change* one : writes) apply_bytes(*one, one->bytes.size());
        }
        pending_bytes.clear();
        return;
      case Kind::sync_directory:
        std::erase_if(pending_names, [&](const Change* one) {
          const bool here =
              one->into == change.node || (one->kind == Kind::rename && one->out_of == change.node);
          if (here) apply_name(*one);
          return here;
        });
        return;
    }
  }
  void lose(const PowerLoss& loss) {
    std::mt19937 random(loss.seed);
    size_t kept = loss.names == PowerLoss::Keep::everything ? pending_names.size() : 0;
    if (loss.names == PowerLoss::Keep::some) kept = random() % (pending_names.size() + 1);
    for (size_t i = 0; i < kept; ++i) apply_name(*pending_names[i]);
    for (const auto& [node, writes] : pending_bytes) {
      if (loss.bytes == PowerLoss::Keep::nothing) break;
      // In order with the last one cut, or each on its own (pages reach the disk in any order).
      const bool all = loss.bytes == PowerLoss::Keep::everything;
      const bool in_order = random() % 2 == 0;
      const size_t until = all ? writes.size() : random() % (writes.size() + 1);
      for (size_t i = 0; i < writes.size(); ++i) {
        const size_t size = writes[i]->bytes.size();
        if (all || (in_order ? i < until : random() % 2 == 0)) {
          apply_bytes(*writes[i], size);
        } else if (in_order && i == until && writes[i]->kind == Kind::write) {
          apply_bytes(*writes[i], random() % (size + 1));
        }
      }
    }
  }
  void store(int directory, const std::string& path) const {
    std::filesystem::create_directories(path);
    for (auto at = names.lower_bound({directory, ""});
         at != names.end() && at->first.first == directory; ++at) {
      const std::string inner = path + "/" + at->first.second;
      if (is_directory.at(at->second)) {
        store(at->second, inner);
        continue;
      }
      std::ofstream out(inner, std::ios::binary);
      if (const auto text = content.find(at->second); text != content.end()) out << text->second;
    }
  }
};

inline void RecordingFiles::build(size_t moment, const PowerLoss& loss,
                                  const std::string& target) const {
  const std::scoped_lock lock(mutex_);
  KELP_ASSERT(moment <= changes_.size(), moment, changes_.size());
  Disk disk;
  for (size_t i = 0; i < moment; ++i) disk.play(changes_[i]);
  disk.lose(loss);
  disk.store(0, target);
}

}  // namespace kelp::rt
