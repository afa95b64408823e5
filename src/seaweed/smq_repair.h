// What a SeaweedMQ broker needs to find before it loads a partition, so that it goes on with the
// right offsets: after a crash its own files say too little (it would give offsets twice) or too
// much (a gap). Run when a partition is opened and after each break of its stream, before the first
// call that names it. Takes nothing back that is stored.
#pragma once

#include <cstdint>
#include <string>

#include "seaweed/filer.h"
#include "seaweed/volumes.h"

namespace kelp::seaweed {

/// Writes the last offset that is stored in `directory`, a partition's, where the broker reads it:
/// `checkpoint.offset` and the attributes of the newest log file that holds entries. Answers that
/// offset, -1 for an empty log. A file that the broker changes meanwhile is looked at again.
/// Errors: io, timed_out; malformed: a log file that is none; conflict: it never stands still.
Task<Result<int64_t>> repair_partition(Filer& filer, Volumes& volumes, std::string directory);

}  // namespace kelp::seaweed
