// ListOffsets, versions 0-11: the offset of a moment, or of a place.
//   v0 a list of offsets   v1 one offset, its timestamp   v2 isolation level   v4 leader epochs v6
//   flexible v7 -3 the largest timestamp (KIP-734)   v8 -4 the earliest local   v9 -5 the latest
//   tiered   v11 -6 pending upload
// -1 the end, -2 the start; a timestamp: the first record at or after it. Without tiered storage -5
// and -6 find nothing. Reads on each partition's shard: log, largest timestamp. Errors: 3; 6; 35 a
// special value that the version does not know; 42 a partition named twice; 56; 74; 75.
#include <set>

#include "base/log.h"
#include "broker/api/handlers.h"
#include "broker/error_map.h"
#include "broker/locate.h"

namespace kelp::broker {
namespace {

using PartitionAnswer = wire::ListOffsetsResponse::ListOffsetsPartitionResponse;

constexpr int64_t kLatest = -1;
constexpr int64_t kEarliest = -2;
constexpr int64_t kLargestTimestamp = -3;
constexpr int64_t kEarliestLocal = -4;
constexpr int64_t kLatestTiered = -5;
constexpr int64_t kEarliestPendingUpload = -6;

/// The first version that knows a special value; nothing for one that does not exist.
std::optional<int16_t> first_version_of(int64_t timestamp) {
  switch (timestamp) {
    case kLatest:
    case kEarliest:
      return 0;
    case kLargestTimestamp:
      return 7;
    case kEarliestLocal:
      return 8;
    case kLatestTiered:
      return 9;
    case kEarliestPendingUpload:
      return 11;
    default:
      return timestamp >= 0 ? std::optional<int16_t>(0) : std::nullopt;
  }
}

struct Answered {
  ErrorCode error = ErrorCode::none;
  FoundOffset found;
  Offset start{-1};  // of the log, for v0
};

rt::Task<Answered> look_up(Replica& replica, int64_t timestamp, Epoch believed) {
  Answered answered;
  answered.error = replica.check_epoch(believed);
  answered.start = replica.earliest().offset;
  if (answered.error != ErrorCode::none) co_return answered;
  if (timestamp == kLatest) {
    answered.found = replica.latest();
  } else if (timestamp == kEarliest || timestamp == kEarliestLocal) {
    answered.found = replica.earliest();
  } else if (timestamp == kLargestTimestamp || timestamp >= 0) {
    auto looking =
        timestamp >= 0 ? replica.first_at_or_after(timestamp) : replica.largest_timestamp();
    const Result<FoundOffset> found = co_await looking;
    if (found.has_value()) {
      answered.found = *found;
    } else {
      log_error("{}: {}", replica.name(), found.error().text());
      answered.error = kafka_error(found.error().kind);
    }
  }
  co_return answered;
}

/// v0 knows a list: the offset found, and the start of the log behind it if there is room.
void fill_v0(PartitionAnswer& answer, const Answered& answered, int32_t max_num_offsets) {
  if (answered.error != ErrorCode::none || answered.found.offset < Offset(0)) return;
  const Offset offsets[] = {answered.found.offset, answered.start};
  for (const Offset offset : offsets) {
    const bool room = std::cmp_less(answer.old_style_offsets.size(), max_num_offsets);
    const bool repeated =
        !answer.old_style_offsets.empty() && answer.old_style_offsets.back() == offset.value();
    if (room && !repeated) answer.old_style_offsets.push_back(offset.value());
  }
}

}  // namespace

rt::Task<wire::ListOffsetsResponse> list_offsets(RequestContext& context,
                                                 wire::ListOffsetsRequest request) {
  wire::ListOffsetsResponse response;
  const ClusterRef image = context.broker.image();
  for (auto& topic : request.topics) {
    const TopicRef known = image->find(topic.name);
    auto& answers = response.topics.emplace_back();
    answers.name = std::move(topic.name);
    std::multiset<int32_t> named;
    for (const auto& partition : topic.partitions) named.insert(partition.partition_index);
    std::set<int32_t> refused;
    for (const auto& partition : topic.partitions) {
      const int32_t index = partition.partition_index;
      if (named.count(index) > 1 && !refused.insert(index).second) continue;
      PartitionAnswer& answer = answers.partitions.emplace_back();
      answer.partition_index = index;
      answer.timestamp = -1;
      answer.offset = -1;
      answer.leader_epoch = -1;
      const Located at = locate(context, known, index);
      answer.error_code = at.error;
      const auto since = first_version_of(partition.timestamp);
      if (!since.has_value() || context.version() < *since) {
        answer.error_code = ErrorCode::unsupported_version;
      }
      if (named.count(index) > 1) answer.error_code = ErrorCode::invalid_request;
      if (answer.error_code != ErrorCode::none) continue;
      const Epoch believed(partition.current_leader_epoch);
      auto work = [&](Replica& replica) { return look_up(replica, partition.timestamp, believed); };
      Answered gone;
      gone.error = ErrorCode::unknown_topic_or_partition;
      const Answered answered =
          co_await on_replica(context.broker.shards(), at.id, work, std::move(gone));
      answer.error_code = answered.error;
      if (answered.error != ErrorCode::none) continue;
      answer.timestamp = answered.found.timestamp_ms;
      answer.offset = answered.found.offset.value();
      answer.leader_epoch = answered.found.leader_epoch.value();
      if (context.version() == 0) fill_v0(answer, answered, partition.max_num_offsets);
    }
  }
  co_return response;
}

}  // namespace kelp::broker
