// The engine on a local directory: opening it, and what its options are. One process at a time; the
// directory is locked. Call open_disk_engine() at start-up, before the shards run: it blocks. The
// shards that use it must outlive it.
#pragma once

#include <memory>
#include <string>

#include "engine/engine.h"
#include "rt/file.h"

namespace kelp::engine {

struct DiskOptions {
  std::string path;                 // made if there is none
  rt::FileSystem* files = nullptr;  // null: the system's
};

/// Errors: conflict when another process has the directory; unsupported when a newer Kelp wrote it;
/// malformed when the catalog is damaged; io and its kin. Each names the path.
Result<std::unique_ptr<Engine>> open_disk_engine(const DiskOptions& options);

}  // namespace kelp::engine
