// A partition's `start` file: the offset below which nothing may be read any more. Two slots,
// written in turn and synced, so that a torn write leaves the other one; the highest good one
// counts, for a start only grows. docs/formats/start.md.
#pragma once

#include <optional>
#include <string>

#include "base/strong.h"
#include "rt/file.h"

namespace kelp::engine::disk {

/// Nothing if there is no such file, or only a torn first write.
Result<std::optional<Offset>> read_start(rt::FileSystem& files, const std::string& directory);
/// Durable when it returns, if the directory itself is.
Result<void> write_start(rt::FileSystem& files, const std::string& directory, Offset start);

}  // namespace kelp::engine::disk
