#include "engine/disk/disk_engine.h"

#include <unistd.h>

#include <atomic>
#include <set>

#include "base/log.h"
#include "engine/disk/disk_catalog.h"
#include "engine/disk/disk_log.h"
#include "engine/disk/recovery.h"
#include "engine/disk/snapshot_file.h"

namespace kelp::engine {
namespace disk {
namespace {

/// The whole `meta` file. A torn one is a prefix: nothing was durable before it was.
constexpr std::string_view kMeta = "kelp data directory\nformat 1\n";

/// Bounds what a damaged file can make us allocate; 100,000 partitions with 100 segments take less.
constexpr uint64_t kMaxStatesBytes = uint64_t{1} << 30;

class DiskEngine final : public Engine {
 public:
  DiskEngine(std::string root, rt::FileSystem& files)
      : store_(std::make_shared<Store>(std::move(root), files)) {}
  ~DiskEngine() override { store_->closed = true; }

  /// All of what is done at start-up. Blocks.
  Result<void> start();

  Traits traits() const override { return {.name = "disk", .durable = true}; }
  Catalog& catalog() override { return *catalog_; }
  bool recovered_unclean() const override { return unclean_; }
  Task<Result<std::unique_ptr<Log>>> open(PartitionId id, LogOptions options) override;
  Task<Result<void>> drop(PartitionId id) override;
  Task<Result<void>> save(PartitionId id, Slice snapshot) override;
  Task<Result<std::optional<Slice>>> load(PartitionId id) override;
  Task<Result<void>> close() override;

 private:
  Result<void> lock();
  /// Whether the directory was used before.
  Result<bool> check_meta();
  Result<bool> load_clean_mark();
  Result<void> find_partitions();
  struct Unsynced;
  void collect_unsynced(Unsynced& unsynced);
  Result<void> sync_some(Unsynced& unsynced);
  Result<void> finish_sync(const Unsynced& unsynced);
  Result<void> leave_marks(const Unsynced& unsynced);

  rt::File lock_;  // first: nothing of the directory is touched once it is released
  std::unique_ptr<DiskCatalog> catalog_;
  std::shared_ptr<Store> store_;  // goes before the catalog: its pools may still work for it
  bool unclean_ = false;
  std::atomic<uint64_t> snapshots_written_{0};
};

Result<void> make_directories(rt::FileSystem& files, const std::string& path) {
  auto done = files.make_directory(path);
  if (!done && done.error().kind == ErrorKind::not_found) {
    const auto above = make_directories(files, rt::parent_of(path));
    if (!above) return above;
    done = files.make_directory(path);
  }
  if (!done && done.error().kind == ErrorKind::exists) return {};
  return done;
}

Result<void> DiskEngine::start() {
  const Layout& layout = store_->layout;
  rt::FileSystem& files = store_->files;
  if (const auto made = make_directories(files, layout.root); !made) return made;
  if (const auto locked = lock(); !locked) return locked;
  const auto used = check_meta();
  if (!used) return std::unexpected(used.error());
  for (const std::string& path : {layout.logs(), layout.trash()}) {
    if (const auto made = make_directories(files, path); !made) return made;
  }
  if (const auto opened = store_->open_root(); !opened) return opened;
  auto catalog = DiskCatalog::open(*store_);
  if (!catalog) return std::unexpected(catalog.error());
  catalog_ = std::move(*catalog);
  const auto clean = load_clean_mark();
  if (!clean) return std::unexpected(clean.error());
  if (!*clean && *used) {
    unclean_ = true;
    if (const auto found = find_partitions(); !found) return found;
  }
  const auto trash = files.list(layout.trash());
  if (trash && !trash->empty()) store_->background.submit([this] { store_->empty_trash(); });
  return {};
}

Result<void> DiskEngine::lock() {
  const std::string path = store_->layout.lock();
  const auto file = store_->files.open(path, rt::OpenMode::create);
  if (!file) return std::unexpected(file.error());
  const auto locked = store_->files.try_lock(**file);
  if (!locked) return std::unexpected(locked.error());
  if (!*locked) {
    const auto holder = rt::read_file(store_->files, path, 100);
    return fail(ErrorKind::conflict,
                fmt::format("the data directory {} is in use by another process (pid {})",
                            store_->layout.root, holder ? for_log(holder->text()) : "unknown"));
  }
  lock_ = *file;
  // For a person who asks who it is; the lock itself is the kernel's and goes with the process.
  const std::string pid = fmt::format("{}", ::getpid());
  auto done = store_->files.truncate(*lock_, 0);
  if (done) done = store_->files.write(*lock_, 0, as_bytes(pid));
  return done;
}

Result<bool> DiskEngine::check_meta() {
  const std::string path = store_->layout.meta();
  const auto found = rt::read_file(store_->files, path, 4096);
  if (found && found->text() == kMeta) return true;
  if (found && !kMeta.starts_with(found->text())) {
    return fail(ErrorKind::unsupported,
                fmt::format("{} says \"{}\": not a format of this version of Kelp", path,
                            for_log(found->text())));
  }
  if (!found && found.error().kind != ErrorKind::not_found) return std::unexpected(found.error());
  // Not synced here: a start costs no wait, and nothing is durable yet (make_root_durable).
  const auto file = store_->files.open(path, rt::OpenMode::create);
  if (!file) return std::unexpected(file.error());
  const auto done = store_->files.write(**file, 0, as_bytes(kMeta));
  if (!done) return std::unexpected(done.error());
  // Without a meta file there may be logs all the same, which a power loss has left: look.
  return store_->files.size(store_->layout.logs()).has_value();
}

Result<bool> DiskEngine::load_clean_mark() {
  const std::string path = store_->layout.clean();
  const auto file = rt::read_file(store_->files, path, kMaxStatesBytes);
  if (!file && file.error().kind == ErrorKind::not_found) return false;
  if (!file) return std::unexpected(file.error());
  auto states = decode_states(StateFile::clean, *file);
  if (!states) log_warn("{}: {}: not trusted", path, states.error().text());
  if (const auto removed = store_->files.remove_file(path); !removed) {
    return std::unexpected(removed.error());
  }
  store_->clean_mark_removed = true;
  store_->background.submit([this] {
    const auto done = store_->make_root_durable();
    if (!done) log_error("{}: {}", store_->layout.root, done.error().text());
  });
  if (!states) return false;
  for (auto& [id, state] : *states) {
    store_->registry.with_made(id, [&](Registered& made) {
      made.state = std::move(state);
      made.on_disk = true;
    });
  }
  return true;
}

Result<void> DiskEngine::find_partitions() {
  rt::FileSystem& files = store_->files;
  const auto topics = files.list(store_->layout.logs());
  if (!topics) return std::unexpected(topics.error());
  for (const rt::DirectoryEntry& topic : *topics) {
    const auto topic_id = Uuid::parse(topic.name);
    if (!topic_id) continue;
    const auto partitions = files.list(store_->layout.topic(*topic_id));
    if (!partitions) return std::unexpected(partitions.error());
    if (partitions->empty()) {
      // A crash came between a topic's last partition and the topic.
      (void)files.remove_directory(store_->layout.topic(*topic_id));
      continue;
    }
    for (const rt::DirectoryEntry& partition : *partitions) {
      const auto index = parse_partition_name(partition.name);
      if (!index) continue;
      store_->registry.with_made({*topic_id, *index}, [](Registered& made) {
        made.known = false;
        made.on_disk = made.names_unsynced = true;
      });
    }
  }
  const auto file = rt::read_file(files, store_->layout.recovery_points(), kMaxStatesBytes);
  if (!file) return {};
  const auto points = decode_states(StateFile::recovery_points, *file);
  if (!points) {
    log_warn("{}: {}: all logs are scanned", store_->layout.recovery_points(),
             points.error().text());
    return {};
  }
  for (const auto& [id, state] : *points) {
    store_->registry.with(id, [&](Registered* found) {
      if (found != nullptr) found->state = state;
    });
  }
  return {};
}

Task<Result<std::unique_ptr<Log>>> DiskEngine::open(PartitionId id, LogOptions options) {
  if (store_->closed) co_return fail(ErrorKind::closed, "open a log");
  Registered registered = store_->registry.with_made(id, [&](Registered& made) {
    KELP_ASSERT(!made.open, id.topic_id, id.index);
    made.open = true;
    Registered copy = made;
    made.state.segments = {};  // the log has them from now on
    return copy;
  });
  SparseIndex tail_index;
  bool index_on_file = registered.known;
  if (!registered.known) {
    auto recover = [store = store_.get(), id, point = registered.state.durable,
                    interval = options.index_interval_bytes] {
      const bool has_point = point != RecoveryPoint();
      return recover_partition(store->files, store->layout.partition(id),
                               has_point ? &point : nullptr, interval);
    };
    auto recovered = co_await store_->readers.run(recover);
    if (!recovered) {
      store_->registry.with_made(id, [](Registered& made) { made.open = false; });
      log_error("open {}-{}: {}", id.topic_id, id.index, recovered.error().text());
      co_return std::unexpected(recovered.error());
    }
    registered.state = std::move(recovered->state);
    tail_index = std::move(recovered->tail_index);
    store_->registry.with_made(id, [&](Registered& made) {
      made.known = true;
      made.state.start = registered.state.start;
      made.state.durable = registered.state.durable;
    });
  }
  co_return std::make_unique<DiskLog>(*store_, id, options, registered, std::move(tail_index),
                                      index_on_file);
}

Task<Result<void>> DiskEngine::drop(PartitionId id) {
  const bool there = store_->registry.with(id, [&](Registered* found) {
    KELP_ASSERT(found == nullptr || !found->open, id.topic_id, id.index);
    return found != nullptr;
  });
  if (!there) co_return Result<void>();
  auto discard = [store = store_.get(), id] { return store->discard(id); };
  const auto discarded = co_await store_->background.run(discard);
  if (!discarded) co_return discarded;
  store_->registry.erase(id);
  store_->background.submit([store = store_.get()] { store->empty_trash(); });
  co_return discarded;
}

Task<Result<void>> DiskEngine::save(PartitionId id, Slice snapshot) {
  if (store_->closed) co_return fail(ErrorKind::closed, "save a snapshot");
  store_->registry.with_made(id, [](Registered& made) { made.on_disk = true; });
  auto write = [store = store_.get(), id, snapshot, writer = ++snapshots_written_] {
    const std::string directory = store->layout.partition(id);
    auto done = write_snapshot(store->files, directory, snapshot, writer);
    if (done || done.error().kind != ErrorKind::not_found) return done;
    done = store->make_directories(id);
    return done ? write_snapshot(store->files, directory, snapshot, writer) : done;
  };
  co_return co_await store_->readers.run(write);
}

Task<Result<std::optional<Slice>>> DiskEngine::load(PartitionId id) {
  const bool there = store_->registry.with(
      id, [](Registered* found) { return found != nullptr && (found->on_disk || found->open); });
  if (!there) co_return std::nullopt;
  auto read = [store = store_.get(), id] {
    return read_snapshot(store->files, store->layout.partition(id));
  };
  co_return co_await store_->readers.run(read);
}

/// Partitions that are not on the disk in full: synced all together if they are many, or else by
/// several threads at once.
struct DiskEngine::Unsynced {
  std::vector<std::pair<PartitionId, PartitionState>> partitions;
  bool are_synced = false;
  std::atomic<size_t> next{0};
};

void DiskEngine::collect_unsynced(Unsynced& unsynced) {
  store_->registry.for_each([&](PartitionId id, const Registered& registered) {
    KELP_ASSERT(!registered.open, id.topic_id, id.index);
    const PartitionState& state = registered.state;
    const bool behind = registered.known && state.durable.offset < state.end();
    if (!registered.failed && (behind || registered.names_unsynced)) {
      unsynced.partitions.emplace_back(id, state);
    }
  });
}

Result<void> DiskEngine::sync_some(Unsynced& unsynced) {
  for (size_t i = unsynced.next++; i < unsynced.partitions.size(); i = unsynced.next++) {
    const auto& [id, state] = unsynced.partitions[i];
    const auto directory = std::make_shared<const std::string>(store_->layout.partition(id));
    for (const SegmentInfo& info : state.segments) {
      if (info.base < state.durable.segment_base) continue;
      const auto file = Segment(*store_, directory, info).file();
      if (!file) return std::unexpected(file.error());
      if (const auto done = store_->files.sync(**file); !done) return done;
    }
    if (const auto done = store_->files.sync_directory(*directory); !done) return done;
  }
  return {};
}

/// After the partitions themselves: the names above them, each once.
Result<void> DiskEngine::finish_sync(const Unsynced& unsynced) {
  std::set<Uuid> topics;
  for (const auto& [id, state] : unsynced.partitions) {
    if (!unsynced.are_synced) topics.insert(id.topic_id);
  }
  for (const Uuid& topic : topics) {
    const auto done = store_->files.sync_directory(store_->layout.topic(topic));
    if (!done) return done;
  }
  if (!topics.empty()) {
    if (const auto done = store_->files.sync_directory(store_->layout.logs()); !done) return done;
  }
  for (const auto& [id, state] : unsynced.partitions) {
    store_->registry.with_made(id, [&state](Registered& made) {
      made.names_unsynced = false;
      if (!made.known || state.segments.empty()) return;
      const SegmentInfo& last = state.segments.back();
      made.state.durable = {last.next, last.base, last.size_bytes, last.max_timestamp_ms};
    });
  }
  return {};
}

Result<void> DiskEngine::leave_marks(const Unsynced& unsynced) {
  auto done = store_->make_root_durable();
  if (done) done = finish_sync(unsynced);
  if (done) done = store_->write_recovery_points();
  if (!done) return done;
  PartitionStates states;
  bool all_known = true;
  store_->registry.for_each([&](PartitionId id, const Registered& registered) {
    all_known = all_known && registered.known && !registered.failed;
    if (registered.on_disk) states.emplace_back(id, registered.state);
  });
  if (!all_known) {
    log_warn("{}: some logs are not known to be whole: the next start will scan",
             store_->layout.root);
    return {};
  }
  return rt::replace_file(store_->files, store_->layout.clean(),
                          as_bytes(encode_states(StateFile::clean, states)), rt::Flush::yes);
}

Task<Result<void>> DiskEngine::close() {
  if (store_->closed.exchange(true)) co_return Result<void>();
  Unsynced unsynced;
  collect_unsynced(unsynced);
  if (unsynced.partitions.size() >= kSyncsTogether) {
    auto together = [this] { return store_->sync_everything(); };
    const auto done = co_await store_->syncers.run(together);
    unsynced.are_synced = done.has_value();
  }
  auto sync = [this, &unsynced] { return sync_some(unsynced); };
  std::vector<Task<Result<void>>> syncing;
  for (int i = 0; i < kSyncThreads && !unsynced.are_synced; ++i) {
    syncing.push_back(store_->syncers.run(sync));
  }
  Result<void> synced;
  for (auto& one : syncing) {
    Task<Result<void>> task = std::move(one);
    const auto done = co_await task;
    if (!done) synced = done;
  }
  if (!synced) co_return synced;
  // Behind all that the background still has to do.
  auto leave = [this, &unsynced] { return leave_marks(unsynced); };
  co_return co_await store_->background.run(leave);
}

}  // namespace
}  // namespace disk

Result<std::unique_ptr<Engine>> open_disk_engine(const DiskOptions& options) {
  rt::FileSystem& files = options.files != nullptr ? *options.files : rt::real_files();
  auto engine = std::make_unique<disk::DiskEngine>(options.path, files);
  const auto started = engine->start();
  if (!started) return std::unexpected(started.error());
  return engine;
}

}  // namespace kelp::engine
