#include "group/group_records.h"

#include "wire/coordinator_record.h"
#include "wire/writer.h"

namespace kelp::group {
namespace {

constexpr int16_t kCommitVersion = 4;
constexpr int16_t kCommitWithRetentionVersion = 1;
constexpr int16_t kGroupVersion = 3;

wire::OffsetCommitKey commit_key(const std::string& group_id, const std::string& topic,
                                 int32_t partition) {
  wire::OffsetCommitKey key;
  key.group = group_id;
  key.topic = topic;
  key.partition = partition;
  return key;
}

/// Also of record type 0, whose key has the same fields (Kafka 0.8.2 to 0.9).
Result<ReadRecord> read_commit(const Slice& fields, const std::optional<Slice>& value) {
  auto key = wire::decode<wire::OffsetCommitKey>(fields, 0);
  if (!key) return std::unexpected(std::move(key.error()));
  ReadCommit commit{std::move(*key), std::nullopt};
  if (value) {
    auto read = wire::decode_versioned<wire::OffsetCommitValue>(*value);
    if (!read) return std::unexpected(std::move(read.error()));
    commit.committed = committed_offset_of(*read);
  }
  return commit;
}

Result<ReadRecord> read_group(const wire::Prefixed& bytes, const std::optional<Slice>& value) {
  auto key = wire::decode_record_key<wire::GroupMetadataKey>(bytes);
  if (!key) return std::unexpected(std::move(key.error()));
  ReadGroup group{std::move(key->group), std::nullopt};
  if (value) {
    auto read = wire::decode_versioned<wire::GroupMetadataValue>(*value);
    if (!read) return std::unexpected(std::move(read.error()));
    group.value = std::move(*read);
  }
  return group;
}

}  // namespace

bool fits_a_record(std::string_view name) { return name.size() <= wire::kMaxShortString; }

Record commit_record(const std::string& group_id, const std::string& topic, int32_t partition,
                     const CommittedOffset& committed) {
  const int16_t version =
      committed.expire_wall_ms >= 0 ? kCommitWithRetentionVersion : kCommitVersion;
  return {wire::encode_record_key(commit_key(group_id, topic, partition)).slice(),
          wire::encode_versioned(value_of(committed), version).slice()};
}

Record commit_tombstone(const std::string& group_id, const std::string& topic, int32_t partition) {
  return {wire::encode_record_key(commit_key(group_id, topic, partition)).slice(), std::nullopt};
}

Record group_record(const std::string& group_id, const wire::GroupMetadataValue& value) {
  wire::GroupMetadataKey key;
  key.group = group_id;
  return {wire::encode_record_key(key).slice(),
          wire::encode_versioned(value, kGroupVersion).slice()};
}

Record group_tombstone(const std::string& group_id) {
  wire::GroupMetadataKey key;
  key.group = group_id;
  return {wire::encode_record_key(key).slice(), std::nullopt};
}

Result<ReadRecord> read_record(const Slice& key, const std::optional<Slice>& value) {
  const auto split = wire::split_prefix(key);
  if (!split) return std::unexpected(split.error());
  switch (split->prefix) {
    case wire::LegacyOffsetCommitKey::record_type:
    case wire::OffsetCommitKey::record_type:
      return read_commit(split->rest, value);
    case wire::GroupMetadataKey::record_type:
      return read_group(*split, value);
    default:
      return ReadOther{split->prefix};
  }
}

}  // namespace kelp::group
