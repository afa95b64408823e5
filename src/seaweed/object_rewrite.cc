#include "seaweed/object_rewrite.h"

#include <algorithm>
#include <utility>

namespace kelp::seaweed {
ObjectRewrite::~ObjectRewrite() {
  if (kept_ || store_->stopping) return;
  for (const FileId& file : written_) (void)store_->volumes.remove_blocking(file);
  if (!segment_.index().empty()) {
    (void)store_->filer.remove_blocking(
        store_->partition_path(id_.topic_id.text(), id_.index, segment_.index()));
  }
}

Result<void> ObjectRewrite::add(Slice batches) {
  gathered_bytes_ += batches.size();
  gathered_.push_back(std::move(batches));
  return gathered_bytes_ < kObjectBytes ? Result<void>() : write_object();
}

Result<void> ObjectRewrite::write_object() {
  if (gathered_.empty()) return {};
  NewObject object;
  set_partition(object.head, id_);
  int64_t max_timestamp_ms = -1;
  std::optional<Offset> base;
  for (const Slice& part : gathered_) {
    record::BatchCursor cursor(part);
    while (const auto batch = cursor.next()) {
      if (!base.has_value()) base = batch->base_offset();
      object.head.set_next(batch->next_offset().value());
      max_timestamp_ms = std::max(max_timestamp_ms, batch->max_timestamp());
    }
  }
  if (!base.has_value()) return fail(ErrorKind::malformed, "a rewriting without batches");
  object.head.set_base(base->value());
  object.head.set_max_timestamp_ms(max_timestamp_ms);
  object.parts = std::exchange(gathered_, {});
  gathered_bytes_ = 0;
  const Slice whole = encode_object(object);
  Result<void> written;
  for (int attempt = 0; attempt < kVolumeAttempts; ++attempt) {
    if (!run_.has_value() || used_files_ == run_->count()) {
      const auto assigned = store_->filer.assign_blocking(kRunFiles);
      if (!assigned.has_value()) return std::unexpected(assigned.error());
      auto run = run_of(*assigned);
      if (!run.has_value()) return std::unexpected(std::move(run.error()));
      run_ = *std::move(run);
      used_files_ = 0;
    }
    const FileId file = file_of(*run_, used_files_++);
    written_.push_back(file);
    written = store_->volumes.write_blocking(file, whole, true);
    if (written.has_value()) {
      *segment_.add_objects() = listed(object, file);
      segment_.set_size_bytes(segment_.size_bytes() + object.head.size_bytes());
      segment_.set_max_timestamp_ms(std::max(segment_.max_timestamp_ms(), max_timestamp_ms));
      return written;
    }
    run_.reset();  // another volume
  }
  return written;
}

Result<void> ObjectRewrite::finish() {
  auto written = write_object();
  if (!written.has_value() || segment_.objects_size() <= kListedInManifest) return written;
  const std::string name = fmt::format("segment-{:020d}-{}", from_.value(), Uuid::random().text());
  stored::SegmentIndex index;
  index.mutable_objects()->Swap(segment_.mutable_objects());
  segment_.set_index(name);
  return store_->filer.put_blocking(store_->partition_path(id_.topic_id.text(), id_.index, name),
                                    {index.SerializeAsString(), ""});
}

}  // namespace kelp::seaweed
