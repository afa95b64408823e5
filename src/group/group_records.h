// Records of __consumer_offsets, byte for byte as Kafka 4.3 writes them, so that its tools and
// others that read the topic work. A key is its type as int16 and then the fields; a value is its
// version as int16 and then the fields.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "base/slice.h"
#include "group/effects.h"
#include "group/offsets.h"
#include "wire/records/group_records.h"

namespace kelp::group {

/// Whether a name can be stored: a flexible request may bring longer ones than our records take.
bool fits_a_record(std::string_view name);

/// Value version 4; 1 where the client gave a retention time, which later versions lack.
Record commit_record(const std::string& group_id, const std::string& topic, int32_t partition,
                     const CommittedOffset& committed);
Record commit_tombstone(const std::string& group_id, const std::string& topic, int32_t partition);
/// Value version 3.
Record group_record(const std::string& group_id, const wire::GroupMetadataValue& value);
Record group_tombstone(const std::string& group_id);

struct ReadCommit {
  wire::OffsetCommitKey key;
  std::optional<CommittedOffset> committed;  // none: a tombstone
};
struct ReadGroup {
  std::string group_id;
  std::optional<wire::GroupMetadataValue> value;  // none: a tombstone
};
/// Of a kind that is not ours to read (consumer and share groups).
struct ReadOther {
  int16_t record_type = 0;
};
using ReadRecord = std::variant<ReadCommit, ReadGroup, ReadOther>;

/// Errors: malformed; unsupported for a value of a version that we do not know.
Result<ReadRecord> read_record(const Slice& key, const std::optional<Slice>& value);

}  // namespace kelp::group
