#include "engine/disk/disk_rewrite.h"

#include <algorithm>

namespace kelp::engine::disk {

DiskRewrite::~DiskRewrite() {
  if (committed_ || files_.empty()) return;
  std::vector<std::string> paths;
  for (const File& file : files_) paths.push_back(path_of(file.info.base));
  store_.background.submit([&store = store_, paths = std::move(paths)] {
    for (const std::string& path : paths) (void)store.files.remove_file(path);
  });
}

Result<void> DiskRewrite::begin_file(Offset base) {
  auto file = store_.files.open(path_of(base), rt::OpenMode::create);
  if (!file) return std::unexpected(file.error());
  open_ = *std::move(file);
  files_.push_back({.info = {.base = base, .next = base}, .index = {}});
  return store_.files.truncate(*open_, 0);  // left by a crash
}

Result<void> DiskRewrite::end_file(Offset next) {
  files_.back().info.next = next;
  return store_.files.sync(*open_);
}

Result<void> DiskRewrite::add(Slice batches) {
  size_t written = 0, seen = 0;
  const auto write_seen = [&]() -> Result<void> {
    if (seen == written) return {};
    const uint64_t position = files_.back().info.size_bytes - (seen - written);
    auto done = store_.files.write(*open_, position, batches.sub(written, seen - written));
    written = seen;
    return done;
  };
  const uint64_t bound = std::min(terms_.segment_bytes, kMaxSegmentBytes);
  record::BatchCursor cursor(batches);
  while (const auto batch = cursor.next()) {
    const uint64_t size = batch->size_in_bytes();
    const Offset base = batch->base_offset();
    KELP_ASSERT(base >= terms_.from && batch->last_offset() < terms_.to, base, terms_.from,
                terms_.to);
    Result<void> done;
    if (files_.empty()) {
      done = begin_file(terms_.from);
    } else if (const SegmentInfo& last = files_.back().info;
               last.size_bytes > 0 && (last.size_bytes + size > bound ||
                                       batch->last_offset() - last.base > kMaxSegmentOffsets)) {
      done = write_seen();
      if (done) done = end_file(base);
      if (done) done = begin_file(base);
    }
    if (!done) return done;
    File& file = files_.back();
    file.index.add({static_cast<uint32_t>(base - file.info.base),
                    static_cast<uint32_t>(file.info.size_bytes), file.info.max_timestamp_ms},
                   terms_.index_interval_bytes);
    file.info.max_timestamp_ms = std::max(file.info.max_timestamp_ms, batch->max_timestamp());
    file.info.size_bytes += size;
    seen += size;
  }
  KELP_ASSERT(seen == batches.size(), seen, batches.size());
  return write_seen();
}

Result<void> DiskRewrite::finish() {
  // Also when nothing is left: a log's first segment reaches down to its start.
  if (files_.empty()) {
    if (const auto begun = begin_file(terms_.from); !begun) return begun;
  }
  auto done = end_file(terms_.to);
  if (done) done = store_.files.sync_directory(*directory_);
  open_ = nullptr;
  finished_ = done.has_value();
  return done;
}

}  // namespace kelp::engine::disk
