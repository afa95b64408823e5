// AlterPartitionReassignments, versions 0-1: other replicas for partitions. There is one copy of a
// log, so it is done at once: the first replica leads when this is answered, with a new leader
// epoch.
//   v1 allow_replication_factor_change (KIP-860)
// Runs on the controller; a request is durable in one commit. Errors per partition, with Kafka's
// words: 3; 38; 39; 85 for a cancellation, since nothing is ever under way.
#include "broker/api/handlers.h"
#include "broker/broker.h"

namespace kelp::broker {

rt::Task<wire::AlterPartitionReassignmentsResponse> alter_partition_reassignments(
    RequestContext& context, wire::AlterPartitionReassignmentsRequest request) {
  wire::AlterPartitionReassignmentsResponse response;
  response.allow_replication_factor_change = request.allow_replication_factor_change;
  if (request.topics.empty()) response.error_message = "";  // as Kafka says that nothing was asked
  std::vector<ReassignmentOrder> orders;
  for (const auto& topic : request.topics) {
    auto& answer = response.responses.emplace_back();
    answer.name = topic.name;
    for (const auto& partition : topic.partitions) {
      answer.partitions.emplace_back().partition_index = partition.partition_index;
      ReassignmentOrder& order = orders.emplace_back();
      order.topic = topic.name;
      order.partition = partition.partition_index;
      order.may_change_factor = request.allow_replication_factor_change;
      if (!partition.replicas.has_value()) continue;
      order.replicas.emplace();
      for (const int32_t node : *partition.replicas) order.replicas->emplace_back(node);
    }
  }
  auto verdicts = co_await context.broker.reassign(std::move(orders));
  size_t next = 0;
  for (auto& topic : response.responses) {
    for (auto& partition : topic.partitions) {
      Verdict& verdict = verdicts[next++];
      partition.error_code = verdict.error;
      if (!verdict.message.empty()) partition.error_message = std::move(verdict.message);
    }
  }
  co_return response;
}

}  // namespace kelp::broker
