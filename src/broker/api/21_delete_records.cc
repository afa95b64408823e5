// DeleteRecords, versions 0-2: moves the start of logs forward (KIP-107). Answered when the new
// start survives a restart.
//   v2 flexible
// Runs on each partition's shard. Errors per partition: 1 behind the high watermark; 3; 6; 17 an
// internal topic; 44 a topic that is only compacted. The timeout is never reached.
#include "broker/api/handlers.h"
#include "broker/locate.h"

namespace kelp::broker {
namespace {

rt::Task<TrimOutcome> trim(RequestContext& context, TopicRef topic, int32_t index, int64_t offset) {
  TrimOutcome outcome;
  const Located at = locate(context, std::move(topic), index);
  outcome.error = at.error;
  if (outcome.error == ErrorCode::none && at.topic->internal) {
    outcome.error = ErrorCode::invalid_topic_exception;
  }
  if (outcome.error != ErrorCode::none) co_return outcome;
  auto work = [offset](Replica& replica) { return replica.delete_records(offset); };
  TrimOutcome gone;
  gone.error = ErrorCode::unknown_topic_or_partition;
  co_return co_await on_replica(context.broker.shards(), at.id, work, gone);
}

}  // namespace

rt::Task<wire::DeleteRecordsResponse> delete_records(RequestContext& context,
                                                     wire::DeleteRecordsRequest request) {
  const ClusterRef image = context.broker.image();
  wire::DeleteRecordsResponse response;
  for (const auto& topic : request.topics) {
    if (topic.partitions.empty()) continue;
    auto& answer = response.topics.emplace_back();
    answer.name = topic.name;
    for (const auto& partition : topic.partitions) {
      const TrimOutcome outcome = co_await trim(context, image->find(topic.name),
                                                partition.partition_index, partition.offset);
      auto& each = answer.partitions.emplace_back();
      each.partition_index = partition.partition_index;
      each.low_watermark = outcome.low_watermark.value();
      each.error_code = outcome.error;
    }
  }
  co_return response;
}

}  // namespace kelp::broker
