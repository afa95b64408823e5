// Recovery of one partition after a run that did not end with close(): what stands before its
// recovery point is believed; the rest is scanned, batch by batch, up to the first one that is not
// good. What follows is cut off: a torn tail is dropped, anything that may hold whole batches is
// kept beside the log under another name, loudly. Blocks; runs on a pool's thread.
#pragma once

#include <string>

#include "engine/disk/partition_state.h"
#include "engine/disk/sparse_index.h"
#include "rt/file.h"

namespace kelp::engine::disk {

struct RecoveredPartition {
  PartitionState state;
  /// The last segment's entries from the recovery point on; what lies before is found by walking.
  SparseIndex tail_index;
};

/// `point` is null for a partition that no checkpoint has seen. Segments behind the point are
/// scanned in full. Errors: io and its kin; never for damaged logs.
Result<RecoveredPartition> recover_partition(rt::FileSystem& files, const std::string& directory,
                                             const RecoveryPoint* point,
                                             size_t index_interval_bytes);

}  // namespace kelp::engine::disk
