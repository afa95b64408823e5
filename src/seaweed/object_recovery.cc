// Taking a log over: the manifest may be older than what is stored (its owner died between an
// object and the manifest, or a power loss took what the filer had not synced), so the files behind
// its end are looked at until there is none.
#include "base/log.h"
#include "seaweed/object_partition.h"

namespace kelp::seaweed {
namespace {

NewObject as_adopted(NewObject object) {
  object.begun_ms = object.head.max_timestamp_ms();
  return object;
}

}  // namespace

Task<Result<std::optional<stored::Successor>>> ObjectPartition::successor_of(
    const stored::FileIds& run) {
  const FileId file = successor_file(run);
  auto bytes = co_await store_->volumes.read(file);
  if (!bytes.has_value()) co_return std::unexpected(std::move(bytes.error()));
  if (!bytes->has_value()) co_return std::nullopt;
  co_return decode_successor(**bytes, id_);
}

Task<Result<void>> ObjectPartition::recover(stored::Manifest& manifest) {
  const int64_t known_end = manifest.end();
  for (;;) {
    if (!manifest.has_files()) break;
    auto successor = co_await successor_of(manifest.files());
    if (!successor.has_value()) co_return std::unexpected(std::move(successor.error()));
    // What lies behind the word of a newer owner is of one who no longer was it.
    std::optional<Offset> limit;
    if (successor->has_value()) limit = Offset((*successor)->base());
    const stored::FileIds before = manifest.files();
    auto adopted = co_await adopt_next(manifest, limit);
    if (!adopted.has_value()) co_return std::unexpected(std::move(adopted.error()));
    if (*adopted) continue;
    if (!successor->has_value() || manifest.files().first_key() != before.first_key()) break;
    if ((*successor)->files().first_key() == manifest.files().first_key()) break;
    if ((*successor)->base() != manifest.end()) break;
    manifest.set_epoch(std::max(manifest.epoch(), (*successor)->epoch()));
    *manifest.mutable_files() = (*successor)->files();
    manifest.clear_next_files();
    manifest.set_used_files(0);
  }
  if (manifest.end() > known_end) {
    log_info("{}-{}: {} records were stored behind what the manifest knew", topic_, id_.index,
             manifest.end() - known_end);
  }
  co_return Result<void>();
}

/// Whether there was one more object behind the manifest's end, in its run or the next one.
Task<Result<bool>> ObjectPartition::adopt_next(stored::Manifest& manifest,
                                               std::optional<Offset> limit) {
  for (const bool in_next_run : {false, true}) {
    if (in_next_run && !manifest.has_next_files()) break;
    const stored::FileIds run = in_next_run ? manifest.next_files() : manifest.files();
    const uint32_t index = in_next_run ? 0 : manifest.used_files();
    if (index + 1 >= run.count()) continue;
    const FileId file = file_of(run, index);
    auto bytes = co_await store_->volumes.read(file);
    if (!bytes.has_value()) co_return std::unexpected(std::move(bytes.error()));
    if (!bytes->has_value()) continue;
    auto object = decode_object(**bytes);
    if (!object.has_value() || !is_of(object->head, id_)) continue;
    const stored::ObjectHead& head = object->head;
    if (head.base() != manifest.end() || head.epoch() < manifest.epoch()) continue;
    if (limit.has_value() && Offset(head.next()) > *limit) continue;
    manifest.set_epoch(head.epoch());
    *manifest.mutable_files() = run;
    *manifest.mutable_next_files() = head.next_files();
    manifest.set_used_files(index + 1);
    add_object(manifest, as_adopted(*std::move(object)), file);
    co_return true;
  }
  co_return false;
}

}  // namespace kelp::seaweed
