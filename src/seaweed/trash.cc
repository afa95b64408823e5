#include "seaweed/trash.h"

#include "base/log.h"
#include "rt/shard.h"

namespace kelp::seaweed {
namespace {

/// Of one sweep: the next one takes the rest.
constexpr uint32_t kSweptAtOnce = 1000;

std::string trash_directory(const Store& store) { return store.options().root + "/trash"; }

/// What its indexes list stands in the manifest itself then.
Task<Result<void>> inline_indexes(std::shared_ptr<Store> store, engine::PartitionId id,
                                  stored::Manifest& manifest) {
  for (const stored::Garbage& garbage : manifest.garbage()) {
    if (!garbage.index().empty()) manifest.add_segments()->set_index(garbage.index());
  }
  for (stored::Segment& segment : *manifest.mutable_segments()) {
    if (segment.index().empty()) continue;
    auto path = store->partition_path(id.topic_id.text(), id.index, segment.index());
    auto found = co_await store->filer.get(std::move(path));
    if (!found.has_value()) co_return std::unexpected(std::move(found.error()));
    stored::SegmentIndex index;
    if (found->has_value() && index.ParseFromString((*found)->content)) {
      segment.mutable_objects()->Swap(index.mutable_objects());
    }
    segment.clear_index();
  }
  co_return Result<void>();
}

std::vector<FileId> files_of(const stored::Manifest& manifest) {
  std::vector<FileId> files;
  for (const stored::Segment& segment : manifest.segments()) {
    for (const stored::Object& object : segment.objects()) files.push_back(file_of(object));
  }
  for (const stored::Garbage& garbage : manifest.garbage()) {
    for (uint32_t i = 0; i < garbage.files().count(); ++i) {
      files.push_back(file_of(garbage.files(), i));
    }
  }
  // Behind the newest object something may have been written that was never named.
  for (uint32_t i = manifest.used_files(); i < manifest.files().count(); ++i) {
    files.push_back(file_of(manifest.files(), i));
  }
  return files;
}

}  // namespace

Task<Result<void>> drop_partition(std::shared_ptr<Store> store, engine::PartitionId id) {
  const std::string topic = id.topic_id.text();
  auto found = co_await store->filer.get(store->partition_path(topic, id.index, "manifest"));
  if (!found.has_value()) co_return std::unexpected(std::move(found.error()));
  if (found->has_value()) {
    stored::Trash trash;
    if (!trash.mutable_manifest()->ParseFromString((*found)->content)) {
      co_return fail(ErrorKind::malformed, fmt::format("the manifest of {}-{}", topic, id.index));
    }
    auto inlined = co_await inline_indexes(store, id, *trash.mutable_manifest());
    if (!inlined.has_value()) co_return inlined;
    trash.set_since_ms(rt::wall_clock_ms());
    EntryPath path{trash_directory(*store), fmt::format("{}-{}", topic, id.index)};
    StoredEntry entry{trash.SerializeAsString(), ""};
    auto put = co_await store->filer.put(std::move(path), std::move(entry));
    if (!put.has_value()) co_return put;
  }
  EntryPath partition{fmt::format("{}/partitions/{}", store->options().root, topic),
                      fmt::format("{}", id.index)};
  auto removed = co_await store->filer.remove(std::move(partition), true);
  if (!removed.has_value()) co_return removed;
  auto left = co_await store->filer.list(
      fmt::format("{}/partitions/{}", store->options().root, topic), "", 1);
  if (left.has_value() && left->empty()) {
    EntryPath folder{store->options().root + "/partitions", topic};
    (void)co_await store->filer.remove(std::move(folder));
  }
  co_return removed;
}

Task<Result<void>> sweep_trash(std::shared_ptr<Store> store) {
  auto entries = co_await store->filer.list(trash_directory(*store), "", kSweptAtOnce);
  if (!entries.has_value()) co_return std::unexpected(std::move(entries.error()));
  const int64_t before_ms = rt::wall_clock_ms() - store->options().delete_delay_ms;
  for (const filer_pb::Entry& entry : *entries) {
    if (store->stopping) break;
    stored::Trash trash;
    if (!trash.ParseFromString(entry.content()) || trash.since_ms() > before_ms) continue;
    bool all_gone = true;
    for (const FileId& file : files_of(trash.manifest())) {
      const auto removed = co_await store->volumes.remove(file);
      all_gone = all_gone && removed.has_value();
    }
    if (!all_gone) continue;  // the next sweep
    EntryPath path{trash_directory(*store), entry.name()};
    (void)co_await store->filer.remove(std::move(path));
  }
  co_return Result<void>();
}

}  // namespace kelp::seaweed
