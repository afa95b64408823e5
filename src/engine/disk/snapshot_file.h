// A partition's `snapshot` file: bytes of the state above the log, with a checksum. Replaced at
// once, not synced: after a power loss it may be old or absent, never torn.
// docs/formats/snapshot.md.
#pragma once

#include <optional>
#include <string>

#include "rt/file.h"

namespace kelp::engine::disk {

std::string encode_snapshot(Bytes snapshot);
/// malformed: torn, or of another version.
Result<Slice> decode_snapshot(const Slice& file);

/// `writer` tells apart those who write at the same time; the last one to finish stays.
Result<void> write_snapshot(rt::FileSystem& files, const std::string& directory, Bytes snapshot,
                            uint64_t writer);
/// Nothing if there is none that is whole.
Result<std::optional<Slice>> read_snapshot(rt::FileSystem& files, const std::string& directory);

}  // namespace kelp::engine::disk
