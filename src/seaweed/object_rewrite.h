// Other batches for some sealed segments: objects with files of their own, deleted again unless
// the manifest comes to name them. Any thread; blocks.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "seaweed/object_format.h"
#include "seaweed/store.h"

namespace kelp::seaweed {

/// The number of objects that a manifest lists itself; more go to an index of their own.
inline constexpr int kListedInManifest = 64;

class ObjectRewrite final : public engine::Rewrite {
 public:
  ObjectRewrite(std::shared_ptr<Store> store, engine::PartitionId id, Offset from, Offset to)
      : store_(std::move(store)), id_(id), from_(from), to_(to) {
    segment_.set_base(from.value());
    segment_.set_next(to.value());
    segment_.set_max_timestamp_ms(-1);
    segment_.set_begun_ms(-1);
  }
  ~ObjectRewrite() override;

  Result<void> add(Slice batches) override;
  Result<void> finish() override;

  Offset from() const { return from_; }
  Offset to() const { return to_; }
  const stored::Segment& segment() const { return segment_; }
  /// The manifest names it: it stays.
  void keep() { kept_ = true; }

 private:
  Result<void> write_object();

  std::shared_ptr<Store> store_;
  const engine::PartitionId id_;
  const Offset from_, to_;
  stored::Segment segment_;
  std::vector<Slice> gathered_;
  size_t gathered_bytes_ = 0;
  std::optional<stored::FileIds> run_;
  uint32_t used_files_ = 0;
  std::vector<FileId> written_;
  bool kept_ = false;
};

}  // namespace kelp::seaweed
