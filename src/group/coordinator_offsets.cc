// OffsetCommit, OffsetFetch, OffsetDelete, and the offsets of deleted topics.
#include <algorithm>

#include "base/assert.h"
#include "group/coordinator.h"
#include "group/placement.h"
#include "group/refusals.h"

namespace kelp::group {
namespace {

constexpr int16_t kHasTopicIds = 10;  // OffsetCommit, OffsetFetch (KIP-848)
constexpr int16_t kHasGroups = 8;     // OffsetFetch (KIP-709)
/// OffsetCommit: an unknown group with a generation is not a wrong generation any more.
constexpr int16_t kSaysGroupNotFound = 9;

/// What a client may ask for, so that a sum with a time stays a time: 1,000 years.
constexpr int64_t kMaxRetentionMs = 1'000LL * 366 * 86'400'000;

/// A topic that was deleted and made anew has other offsets. Unknown ids match.
bool is_other_topic(const Uuid& a, const Uuid& b) { return !a.is_zero() && !b.is_zero() && a != b; }

using FetchedPartition = wire::OffsetFetchResponse::OffsetFetchResponsePartitions;

FetchedPartition no_offset(int32_t partition, ErrorCode error = ErrorCode::none) {
  return {partition, -1, -1, "", error};
}

FetchedPartition fetched(const Offsets& offsets, std::string_view topic, const Uuid& topic_id,
                         int32_t partition, bool require_stable) {
  if (require_stable && offsets.has_pending(topic, partition))
    return no_offset(partition, ErrorCode::unstable_offset_commit);
  const CommittedOffset* committed = offsets.find(topic, partition);
  if (!committed || is_other_topic(committed->topic_id, topic_id)) return no_offset(partition);
  return {partition, committed->offset, committed->leader_epoch, committed->metadata,
          ErrorCode::none};
}

}  // namespace

/// A commit's topics, after a look at which exist. `response` holds the answers for what does not;
/// the answers for what does come behind those of the same topic.
struct GroupCoordinator::Sorted {
  struct Topic {
    const wire::OffsetCommitRequest::OffsetCommitRequestTopic* asked = nullptr;
    std::string name;
    Uuid id;
    std::vector<const wire::OffsetCommitRequest::OffsetCommitRequestPartition*> partitions;
    std::optional<size_t> answered;  // its place in response.topics
  };
  std::vector<Topic> topics;
  wire::OffsetCommitResponse response;
};

GroupCoordinator::Sorted GroupCoordinator::sort_by_existence(
    const wire::OffsetCommitRequest& request, int16_t version) const {
  Sorted sorted;
  for (const auto& asked : request.topics) {
    Sorted::Topic topic{.asked = &asked};
    const bool by_id = version >= kHasTopicIds;
    topic.name = by_id ? topics_.name_of(asked.topic_id).value_or("") : asked.name;
    topic.id = by_id ? asked.topic_id : topics_.id_of(asked.name).value_or(Uuid{});
    const int32_t count = topic.name.empty() ? 0 : topics_.partitions_of(topic.name);
    const ErrorCode missing = by_id && topic.name.empty() ? ErrorCode::unknown_topic_id
                                                          : ErrorCode::unknown_topic_or_partition;
    for (const auto& partition : asked.partitions) {
      if (partition.partition_index >= 0 && partition.partition_index < count) {
        topic.partitions.push_back(&partition);
        continue;
      }
      if (!topic.answered) {
        topic.answered = sorted.response.topics.size();
        sorted.response.topics.emplace_back(asked.name, asked.topic_id);
      }
      sorted.response.topics.back().partitions.emplace_back(partition.partition_index, missing);
    }
    if (!topic.partitions.empty()) sorted.topics.push_back(std::move(topic));
  }
  return sorted;
}

ErrorCode GroupCoordinator::validate_commit(const wire::OffsetCommitRequest& request,
                                            const Context& context) {
  const int32_t generation_id = request.generation_id_or_member_epoch;
  if (!fits_a_record(request.group_id)) return ErrorCode::invalid_group_id;
  if (Entry* entry = entry_of(request.group_id))
    return entry->group.validate_commit(request.member_id, request.group_instance_id, generation_id,
                                        context.at);
  if (generation_id < 0) return ErrorCode::none;  // a group that only stores offsets begins here
  return context.version >= kSaysGroupNotFound ? ErrorCode::group_id_not_found
                                               : ErrorCode::illegal_generation;
}

/// The partitions to commit; answers all in `response`, where none stands for those. With a
/// `group_error` there are none.
std::vector<GroupCoordinator::NewOffset> GroupCoordinator::accept(
    const wire::OffsetCommitRequest& request, const Sorted& sorted, ErrorCode group_error, Now at,
    wire::OffsetCommitResponse& response) const {
  const auto max_size = static_cast<size_t>(std::max(settings_.offset_metadata_max_size, 0));
  std::vector<NewOffset> accepted;
  for (const auto& topic : sorted.topics) {
    auto& answered = topic.answered
                         ? response.topics[*topic.answered]
                         : response.topics.emplace_back(topic.asked->name, topic.asked->topic_id);
    for (const auto* partition : topic.partitions) {
      const std::string metadata = partition->committed_metadata.value_or("");
      const bool fits = metadata.size() <= max_size || java_string_length(metadata) <= max_size;
      ErrorCode error = group_error;
      if (error == ErrorCode::none && !fits) error = ErrorCode::offset_metadata_too_large;
      answered.partitions.emplace_back(partition->partition_index, error);
      if (error != ErrorCode::none) continue;
      auto& offset = accepted.emplace_back();
      offset.topic = topic.name;
      offset.partition = partition->partition_index;
      offset.committed.offset = partition->committed_offset;
      offset.committed.leader_epoch = partition->committed_leader_epoch;
      offset.committed.metadata = metadata;
      // Version 1 alone lets the client say when it committed.
      const bool says_time = partition->commit_timestamp >= 0;
      offset.committed.commit_wall_ms = says_time ? partition->commit_timestamp : at.wall_ms;
      if (request.retention_time_ms >= 0)
        offset.committed.expire_wall_ms =
            at.wall_ms + std::min(request.retention_time_ms, kMaxRetentionMs);
      offset.committed.topic_id = topic.id;
    }
  }
  return accepted;
}

Effects GroupCoordinator::on(const wire::OffsetCommitRequest& request, const Context& context) {
  Turn turn{.at = context.at};
  Sorted sorted = sort_by_existence(request, context.version);
  wire::OffsetCommitResponse response = std::move(sorted.response);
  // With nothing to commit the group is not looked at, as in Kafka.
  const ErrorCode error =
      sorted.topics.empty() ? ErrorCode::none : validate_commit(request, context);
  std::vector<NewOffset> accepted = accept(request, sorted, error, context.at, response);
  if (!accepted.empty()) {
    Entry* entry = entry_of(request.group_id);
    if (!entry) entry = &create(request.group_id, context.at);
    for (const NewOffset& offset : accepted) {
      entry->offsets.begin_commit(offset.topic, offset.partition);
      turn.effects.records.push_back(
          commit_record(request.group_id, offset.topic, offset.partition, offset.committed));
    }
    turn.waiting.emplace_back(OffsetsCommitted{request.group_id, std::move(accepted)});
  }
  turn.waiting.emplace_back(Answered{context.token, std::move(response)});
  return finish(std::move(turn));
}

GroupCoordinator::FetchedGroup GroupCoordinator::fetch(const AskedGroup& asked, int16_t version,
                                                       bool require_stable) const {
  FetchedGroup fetched_group;
  fetched_group.group_id = asked.group_id;
  const auto found = groups_.find(asked.group_id);
  const Offsets none;
  const Offsets& offsets = found == groups_.end() ? none : found->second.offsets;
  if (!asked.topics) {
    if (found != groups_.end()) fetch_all(found->second, version, require_stable, fetched_group);
    return fetched_group;
  }
  for (const auto& topic : *asked.topics) {
    auto& answered = fetched_group.topics.emplace_back(topic.name, topic.topic_id);
    const bool by_id = version >= kHasTopicIds;
    const auto name = by_id ? topics_.name_of(topic.topic_id) : topic.name;
    for (const int32_t partition : topic.partition_indexes)
      answered.partitions.push_back(
          name ? fetched(offsets, *name, by_id ? topic.topic_id : Uuid{}, partition, require_stable)
               : no_offset(partition, ErrorCode::unknown_topic_id));
  }
  return fetched_group;
}

void GroupCoordinator::fetch_all(const Entry& entry, int16_t version, bool require_stable,
                                 FetchedGroup& out) const {
  for (const auto& [topic, partitions] : entry.offsets.topics()) {
    Uuid topic_id;
    if (version >= kHasTopicIds) {
      const auto id = topics_.id_of(topic);
      if (!id) continue;  // it cannot be named in this version
      topic_id = *id;
    }
    wire::OffsetFetchResponse::OffsetFetchResponseTopics answered;
    answered.name = topic;
    answered.topic_id = topic_id;
    for (const auto& [partition, at] : partitions) {
      if (!at.committed || is_other_topic(at.committed->topic_id, topic_id)) continue;
      answered.partitions.push_back(
          fetched(entry.offsets, topic, topic_id, partition, require_stable));
    }
    if (!answered.partitions.empty()) out.topics.push_back(std::move(answered));
  }
}

/// The partitions to delete, and the answer for all; nothing when the answer is about the group.
std::optional<std::vector<std::pair<std::string, int32_t>>> GroupCoordinator::deletable(
    const wire::OffsetDeleteRequest& request, const ClassicGroup& group, const Offsets& offsets,
    wire::OffsetDeleteResponse& response) const {
  if (group.state() == State::dead) {
    response.error_code = ErrorCode::group_id_not_found;
    return std::nullopt;
  }
  if (!group.is_empty() && !group.uses_consumer_protocol()) {
    response.error_code = ErrorCode::non_empty_group;  // we cannot tell what its members need
    return std::nullopt;
  }
  std::vector<std::pair<std::string, int32_t>> found;
  for (const auto& topic : request.topics) {
    auto& answered = response.topics.emplace_back(topic.name);
    const int32_t count = topics_.partitions_of(topic.name);
    const bool is_subscribed = group.is_subscribed_to(topic.name);
    for (const auto& partition : topic.partitions) {
      const int32_t index = partition.partition_index;
      ErrorCode error = ErrorCode::none;
      if (index < 0 || index >= count) {
        error = ErrorCode::unknown_topic_or_partition;
      } else if (is_subscribed) {
        error = ErrorCode::group_subscribed_to_topic;
      } else if (offsets.knows(topic.name, index)) {
        found.emplace_back(topic.name, index);
      }
      answered.partitions.emplace_back(index, error);
    }
  }
  return found;
}

Effects GroupCoordinator::on(const wire::OffsetDeleteRequest& request, const Context& context) {
  Turn turn{.at = context.at};
  wire::OffsetDeleteResponse response;
  const Entry* entry = entry_of(request.group_id);
  if (request.group_id.empty()) {
    response.error_code = ErrorCode::invalid_group_id;
  } else if (!entry) {
    response.error_code = ErrorCode::group_id_not_found;
  } else if (auto found = deletable(request, entry->group, entry->offsets, response)) {
    erase_offsets(turn, request.group_id, std::move(*found));
  }
  turn.waiting.emplace_back(Answered{context.token, std::move(response)});
  return finish(std::move(turn));
}

void GroupCoordinator::erase_offsets(Turn& turn, const std::string& group_id,
                                     std::vector<std::pair<std::string, int32_t>> partitions) {
  if (partitions.empty()) return;
  for (const auto& [topic, partition] : partitions)
    turn.effects.records.push_back(commit_tombstone(group_id, topic, partition));
  turn.waiting.emplace_back(OffsetsErased{group_id, std::move(partitions)});
}

Effects GroupCoordinator::on_topic_deleted(std::string_view topic, Now at,
                                           int32_t first_partition) {
  Turn turn{.at = at};
  for (const auto& [group_id, entry] : groups_) {
    const auto partitions = entry.offsets.topics().find(topic);
    if (partitions == entry.offsets.topics().end()) continue;
    std::vector<std::pair<std::string, int32_t>> gone;
    for (auto each = partitions->second.lower_bound(first_partition);
         each != partitions->second.end(); ++each)
      gone.emplace_back(topic, each->first);
    erase_offsets(turn, group_id, std::move(gone));
  }
  return finish(std::move(turn));
}

std::vector<GroupCoordinator::AskedGroup> groups_of(wire::OffsetFetchRequest request,
                                                    int16_t version) {
  if (version >= kHasGroups) return std::move(request.groups);
  std::vector<GroupCoordinator::AskedGroup> groups(1);
  groups[0].group_id = std::move(request.group_id);
  if (!request.topics) return groups;
  auto& topics = groups[0].topics.emplace();
  for (auto& topic : *request.topics) {
    auto& asked = topics.emplace_back();
    asked.name = std::move(topic.name);
    asked.partition_indexes = std::move(topic.partition_indexes);
  }
  return groups;
}

wire::OffsetFetchResponse response_of(std::vector<GroupCoordinator::FetchedGroup> groups,
                                      int16_t version) {
  wire::OffsetFetchResponse response;
  if (version >= kHasGroups) {
    response.groups = std::move(groups);
    return response;
  }
  KELP_ASSERT(groups.size() == 1, groups.size());
  response.error_code = groups[0].error_code;
  for (auto& topic : groups[0].topics) {
    auto& answered = response.topics.emplace_back();
    answered.name = std::move(topic.name);
    for (auto& each : topic.partitions)
      answered.partitions.emplace_back(each.partition_index, each.committed_offset,
                                       each.committed_leader_epoch, std::move(each.metadata),
                                       each.error_code);
  }
  return response;
}

}  // namespace kelp::group
