#include "engine/disk/store.h"

#include "base/log.h"

namespace kelp::engine::disk {
namespace {

/// After a crash, what lies behind the recovery points is scanned: at some GB/s, so that ten
/// seconds of writing cost less than writing the points more often.
constexpr auto kPointsDelay = std::chrono::seconds(10);

bool is(const Result<void>& done, ErrorKind kind) { return !done && done.error().kind == kind; }

}  // namespace

Result<void> Store::make_root_durable() {
  if (root_is_durable()) return {};
  const std::scoped_lock lock(root_mutex_);
  if (root_is_durable()) return {};
  const auto meta = files.open(layout.meta(), rt::OpenMode::write);
  if (!meta) return std::unexpected(meta.error());
  auto done = files.sync(**meta);
  if (done) done = files.sync_directory(layout.root);
  if (done) root_durable_.store(true, std::memory_order_release);
  return done;
}

Result<void> Store::open_root() {
  auto opened = files.open(layout.root, rt::OpenMode::read);
  if (!opened) return std::unexpected(opened.error());
  root_ = *std::move(opened);
  return {};
}

Result<void> Store::sync_everything() {
  const auto done = make_root_durable();
  return done ? files.sync_all(*root_) : done;
}

Result<void> Store::sync_names(PartitionId id) {
  auto done = files.sync_directory(layout.partition(id));
  if (done) done = files.sync_directory(layout.topic(id.topic_id));
  if (done) done = files.sync_directory(layout.logs());
  return done;
}

Result<void> Store::make_directories(PartitionId id) {
  const std::scoped_lock lock(directories_mutex_);
  for (const std::string& path : {layout.topic(id.topic_id), layout.partition(id)}) {
    const auto done = files.make_directory(path);
    if (!done && !is(done, ErrorKind::exists)) return done;
  }
  return {};
}

Result<void> Store::discard(PartitionId id) {
  std::string target;
  Result<void> done;
  do {
    target = fmt::format("{}/{}", layout.trash(), discarded_++);
  } while (files.size(target).has_value());  // left by an earlier run
  done = files.rename(layout.partition(id), target);
  if (is(done, ErrorKind::not_found)) return {};
  if (done) done = files.sync_directory(layout.topic(id.topic_id));
  if (!done) return done;
  // A shard waits for this lock when it makes a partition's directories: nothing is synced under
  // it.
  const std::scoped_lock lock(directories_mutex_);
  // It stays when other partitions stand in it.
  (void)files.remove_directory(layout.topic(id.topic_id));
  return {};
}

void Store::empty_trash() {
  const auto entries = files.list(layout.trash());
  if (!entries) return;
  for (const rt::DirectoryEntry& entry : *entries) {
    const auto done = rt::remove_tree(files, layout.trash() + "/" + entry.name);
    if (!done) log_warn("trash: {}", done.error().text());
  }
}

void Store::point_moved() {
  if (points_scheduled_.exchange(true)) return;
  rt::Shard::current().call_at(rt::Clock::now() + kPointsDelay, [weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self) return;
    self->background.submit([store = self.get()] {
      store->points_scheduled_ = false;
      const auto done = store->write_recovery_points();
      if (!done) log_warn("recovery points: {}", done.error().text());
    });
  });
}

Result<void> Store::write_recovery_points() {
  PartitionStates states;
  registry.for_each([&](PartitionId id, const Registered& registered) {
    if (registered.state.durable == RecoveryPoint()) return;  // nothing to save it from
    auto& [its_id, state] = states.emplace_back();
    its_id = id;
    state.start = registered.state.start;
    state.durable = registered.state.durable;
  });
  // A torn file would cost a scan of everything: it is synced before it takes the old one's place.
  auto done =
      rt::replace_file(files, layout.recovery_points(),
                       as_bytes(encode_states(StateFile::recovery_points, states)), rt::Flush::yes);
  if (!done) return done;
  for (const auto& [id, state] : states) {
    registry.with(id, [&point = state.durable](Registered* registered) {
      if (registered != nullptr) registered->saved_point = point.segment_base;
    });
  }
  return done;
}

}  // namespace kelp::engine::disk
