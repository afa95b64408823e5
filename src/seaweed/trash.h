// Dropped partitions: a word of each, so that its files are deleted also if we die meanwhile. Their
// manifest is gone first. Owner: the engine; the shard that sweeps.
#pragma once

#include <memory>

#include "engine/engine.h"
#include "seaweed/object_format.h"
#include "seaweed/store.h"

namespace kelp::seaweed {

/// The partition is gone when it returns; its files go later.
Task<Result<void>> drop_partition(std::shared_ptr<Store> store, engine::PartitionId id);

/// Deletes the files of what was dropped long enough ago.
Task<Result<void>> sweep_trash(std::shared_ptr<Store> store);

}  // namespace kelp::seaweed
