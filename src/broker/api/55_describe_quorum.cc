// DescribeQuorum, versions 0-2: who keeps the cluster's metadata (KIP-595, KIP-836, KIP-853).
//   v1 times of the last fetch   v2 directory ids, error messages, the voters' addresses
// There is no quorum here: the first node keeps the catalog, the others read its image as soon as
// it changes. It is told as a quorum of one voter, with the other nodes as observers; the offset is
// the number of images since the start. Reads the shard's cluster image. Kafka answers 3 for
// everything but a request for partition 0 of __cluster_metadata alone.
#include <chrono>

#include "broker/api/handlers.h"
#include "broker/broker.h"

namespace kelp::broker {
namespace {

using Answer = wire::DescribeQuorumResponse;

constexpr std::string_view kMetadataTopic = "__cluster_metadata";
constexpr std::string_view kUnknown = "This server does not host this topic-partition.";

/// The first node leads as long as the process lives.
constexpr int32_t kOnlyElection = 1;

bool is_of_the_metadata(const wire::DescribeQuorumRequest& request) {
  return request.topics.size() == 1 && request.topics[0].topic_name == kMetadataTopic &&
         request.topics[0].partitions.size() == 1 &&
         request.topics[0].partitions[0].partition_index == 0;
}

Answer::ReplicaState state_of(const NodeImage& node, int64_t offset, int64_t now_ms) {
  Answer::ReplicaState state;
  state.replica_id = node.id.value();
  state.log_end_offset = offset;
  state.last_fetch_timestamp = state.last_caught_up_timestamp = now_ms;
  return state;
}

void describe(Answer::PartitionData& partition, const ClusterImage& image) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const int64_t now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  partition.leader_id = image.controller_id().value();
  partition.leader_epoch = kOnlyElection;
  partition.high_watermark = image.revision();
  for (const NodeImage& node : image.nodes()) {
    auto& among = node.id == image.controller_id() ? partition.current_voters : partition.observers;
    among.push_back(state_of(node, image.revision(), now_ms));
  }
}

}  // namespace

wire::DescribeQuorumResponse describe_quorum(RequestContext& context,
                                             wire::DescribeQuorumRequest request) {
  Answer response;
  response.error_message = "";
  const bool is_known = is_of_the_metadata(request);
  for (auto& wanted : request.topics) {
    auto& topic = response.topics.emplace_back();
    topic.topic_name = std::move(wanted.topic_name);
    for (const auto& index : wanted.partitions) {
      auto& partition = topic.partitions.emplace_back();
      partition.partition_index = index.partition_index;
      partition.error_code = is_known ? ErrorCode::none : ErrorCode::unknown_topic_or_partition;
      partition.error_message = is_known ? "" : kUnknown;
      if (is_known) describe(partition, *context.broker.image());
    }
  }
  if (!is_known) return response;
  const BrokerId controller = context.broker.image()->controller_id();
  const HostAndPort address = context.broker.address_of(controller, *context.peer);
  auto& node = response.nodes.emplace_back();
  node.node_id = controller.value();
  auto& listener = node.listeners.emplace_back();
  listener.name = context.broker.listener_name(*context.peer);
  listener.host = address.host;
  listener.port = address.port;
  return response;
}

}  // namespace kelp::broker
