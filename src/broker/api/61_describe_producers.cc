// DescribeProducers, version 0: what a partition remembers of idempotent producers (KIP-664).
// Runs on each partition's shard. Errors per partition: 3; 6; 17 a name that no topic may have.
#include <algorithm>

#include "broker/api/handlers.h"
#include "broker/locate.h"
#include "broker/topic_rules.h"

namespace kelp::broker {
namespace {

using Answer = wire::DescribeProducersResponse::PartitionResponse;

Answer refused(ErrorCode error) {
  Answer answer;
  answer.error_code = error;
  return answer;
}

Answer describe(const Replica& replica) {
  Answer answer;
  for (const partition::ProducerState& state : replica.producers()) {
    auto& producer = answer.active_producers.emplace_back();
    producer.producer_id = state.producer_id;
    producer.producer_epoch = state.epoch;
    const partition::ProducedBatch* newest = state.newest();
    if (newest != nullptr) producer.last_sequence = newest->last_sequence;
    producer.last_timestamp = state.last_used_ms;
    producer.coordinator_epoch = -1;  // of no transaction
  }
  std::ranges::sort(answer.active_producers, {},
                    &wire::DescribeProducersResponse::ProducerState::producer_id);
  return answer;
}

rt::Task<Answer> describe(RequestContext& context, TopicRef topic, int32_t index) {
  const Located at = locate(context, std::move(topic), index);
  if (at.error != ErrorCode::none) co_return refused(at.error);
  auto work = [](Replica& replica) -> rt::Task<Answer> { co_return describe(replica); };
  Answer gone = refused(ErrorCode::unknown_topic_or_partition);
  co_return co_await on_replica(context.broker.shards(), at.id, work, std::move(gone));
}

}  // namespace

rt::Task<wire::DescribeProducersResponse> describe_producers(
    RequestContext& context, wire::DescribeProducersRequest request) {
  const ClusterRef image = context.broker.image();
  wire::DescribeProducersResponse response;
  for (const auto& wanted : request.topics) {
    auto& answer = response.topics.emplace_back();
    answer.name = wanted.name;
    const TopicRef topic = image->find(wanted.name);
    const auto fault = fault_of_topic_name(wanted.name);
    for (const int32_t index : wanted.partition_indexes) {
      Answer partition = co_await describe(context, topic, index);
      partition.partition_index = index;
      if (fault.has_value()) {
        partition.error_code = ErrorCode::invalid_topic_exception;
        partition.error_message = *fault;
      } else if (topic == nullptr) {
        partition.error_message = "This server does not host this topic-partition.";
      }
      answer.partitions.push_back(std::move(partition));
    }
  }
  co_return response;
}

}  // namespace kelp::broker
