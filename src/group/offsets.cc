#include "group/offsets.h"

#include "base/assert.h"

namespace kelp::group {

CommittedOffset committed_offset_of(const wire::OffsetCommitValue& value) {
  CommittedOffset committed;
  committed.offset = value.offset;
  committed.leader_epoch = value.leader_epoch;
  committed.metadata = value.metadata;
  committed.commit_wall_ms = value.commit_timestamp;
  committed.expire_wall_ms = value.expire_timestamp;
  committed.topic_id = value.topic_id;
  return committed;
}

wire::OffsetCommitValue value_of(const CommittedOffset& committed) {
  wire::OffsetCommitValue value;
  value.offset = committed.offset;
  value.leader_epoch = committed.leader_epoch;
  value.metadata = committed.metadata;
  value.commit_timestamp = committed.commit_wall_ms;
  value.expire_timestamp = committed.expire_wall_ms;
  value.topic_id = committed.topic_id;
  return value;
}

Offsets::Entry* Offsets::entry_of(std::string_view topic, int32_t partition) {
  const auto partitions = topics_.find(topic);
  if (partitions == topics_.end()) return nullptr;
  const auto entry = partitions->second.find(partition);
  return entry == partitions->second.end() ? nullptr : &entry->second;
}

const CommittedOffset* Offsets::find(std::string_view topic, int32_t partition) const {
  const Entry* entry = const_cast<Offsets*>(this)->entry_of(topic, partition);
  return entry && entry->committed ? &*entry->committed : nullptr;
}

bool Offsets::knows(std::string_view topic, int32_t partition) const {
  return const_cast<Offsets*>(this)->entry_of(topic, partition) != nullptr;
}

void Offsets::begin_commit(const std::string& topic, int32_t partition) {
  ++topics_[topic][partition].in_flight;
}

void Offsets::finish_commit(std::string_view topic, int32_t partition,
                            std::optional<CommittedOffset> committed) {
  Entry* entry = entry_of(topic, partition);
  KELP_ASSERT(entry && entry->in_flight > 0, topic, partition);
  --entry->in_flight;
  if (committed) entry->committed = std::move(committed);
  erase_if_idle(topic, partition);
}

void Offsets::replay(const std::string& topic, int32_t partition, CommittedOffset committed) {
  topics_[topic][partition].committed = std::move(committed);
}

void Offsets::erase(std::string_view topic, int32_t partition) {
  if (Entry* entry = entry_of(topic, partition)) entry->committed.reset();
  erase_if_idle(topic, partition);
}

void Offsets::erase_if_idle(std::string_view topic, int32_t partition) {
  const auto partitions = topics_.find(topic);
  if (partitions == topics_.end()) return;
  const auto entry = partitions->second.find(partition);
  if (entry == partitions->second.end()) return;
  if (entry->second.committed || entry->second.in_flight > 0) return;
  partitions->second.erase(entry);
  if (partitions->second.empty()) topics_.erase(partitions);
}

void Offsets::add_pending(int64_t producer_id, const std::string& topic, int32_t partition,
                          CommittedOffset committed) {
  transactions_[producer_id].insert_or_assign({topic, partition}, std::move(committed));
}

void Offsets::end_transaction(int64_t producer_id, bool committed) {
  const auto found = transactions_.find(producer_id);
  if (found == transactions_.end()) return;
  if (committed) {
    for (auto& [key, offset] : found->second) replay(key.first, key.second, std::move(offset));
  }
  transactions_.erase(found);
}

bool Offsets::has_pending(std::string_view topic, int32_t partition) const {
  if (transactions_.empty()) return false;
  const std::pair<std::string, int32_t> key(topic, partition);
  for (const auto& [producer_id, pending] : transactions_) {
    if (pending.contains(key)) return true;
  }
  return false;
}

size_t Offsets::size() const {
  size_t count = 0;
  for (const auto& [topic, partitions] : topics_) count += partitions.size();
  return count;
}

void Offsets::check(std::string_view group_id) const {
  for (const auto& [topic, partitions] : topics_) {
    KELP_ASSERT(!partitions.empty(), group_id, topic);
    for (const auto& [partition, entry] : partitions)
      KELP_ASSERT(entry.committed || entry.in_flight > 0, group_id, topic, partition);
  }
  for (const auto& [producer_id, pending] : transactions_)
    KELP_ASSERT(!pending.empty(), group_id, producer_id);
}

}  // namespace kelp::group
