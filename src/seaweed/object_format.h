// Objects as they are stored: "KLPO", the length of a head, the head, whole record batches; and the
// runs of file ids that they lie in. docs/formats/object-log.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/slice.h"
#include "engine/engine.h"
#include "seaweed/proto/object_log.pb.h"
#include "seaweed/volumes.h"

namespace kelp::seaweed {

/// A run of file ids has this many: the last is for the word of who goes on elsewhere.
inline constexpr uint32_t kRunFiles = 256;
/// One object: large enough that a volume server's work per file does not count, small enough to be
/// read whole for one batch of it.
inline constexpr size_t kObjectBytes = size_t{4} << 20;
/// Attempts at one volume before another is asked for: it may be full, read-only or gone for good.
inline constexpr int kVolumeAttempts = 3;

FileId file_of(const stored::FileIds& run, uint32_t index);
inline FileId successor_file(const stored::FileIds& run) { return file_of(run, run.count() - 1); }
FileId file_of(const stored::Object& object);
Result<stored::FileIds> run_of(const filer_pb::AssignVolumeResponse& assigned);

/// A head and its batches.
struct NewObject {
  stored::ObjectHead head;
  std::vector<Slice> parts;  // whole batches, to be encoded
  Slice batches;             // in one piece, of what was encoded or decoded
  int64_t begun_ms = -1;     // the largest time of its first chunk
};

/// What is stored: the head and the parts behind each other, each byte copied once. `batches` of
/// the object then points into it.
Slice encode_object(NewObject& object);
/// What was stored. Nothing: these bytes are no whole object. Wholeness is the CRC's.
std::optional<NewObject> decode_object(const Slice& bytes);
stored::Object listed(const NewObject& object, const FileId& file);

void set_partition(stored::ObjectHead& head, const engine::PartitionId& id);
bool is_of(const stored::ObjectHead& head, const engine::PartitionId& id);
Slice encode_successor(const stored::Successor& successor);
std::optional<stored::Successor> decode_successor(const Slice& bytes,
                                                  const engine::PartitionId& id);

}  // namespace kelp::seaweed
