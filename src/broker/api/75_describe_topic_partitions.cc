// DescribeTopicPartitions, version 0: topics with their partitions, page by page (KIP-966). Names
// in their order, each once; no names: all topics. A page ends after the limit of partitions, and
// its cursor says where the next one begins.
// Reads the shard's cluster image. Errors per topic: 3; 17; 42 a cursor below partition 0, or in a
// topic that is not asked for.
#include <algorithm>
#include <set>

#include "broker/api/handlers.h"
#include "broker/authorized_operations.h"
#include "broker/broker.h"
#include "broker/topic_rules.h"

namespace kelp::broker {
namespace {

using Response = wire::DescribeTopicPartitionsResponse;
using Answer = Response::DescribeTopicPartitionsResponseTopic;

std::vector<int32_t> ids_of(const std::vector<BrokerId>& nodes) {
  std::vector<int32_t> ids;
  for (const BrokerId node : nodes) ids.push_back(node.value());
  return ids;
}

void add_partition(Answer& answer, const TopicImage& topic, int32_t index) {
  const PartitionImage& image = *topic.partition(index);
  auto& partition = answer.partitions.emplace_back();
  partition.partition_index = index;
  partition.leader_id = image.leader.value();
  partition.leader_epoch = image.leader_epoch.value();
  partition.replica_nodes = partition.isr_nodes = ids_of(image.replicas);
  partition.eligible_leader_replicas.emplace();
  partition.last_known_elr.emplace();
}

std::set<std::string> names_of(const wire::DescribeTopicPartitionsRequest& request,
                               const ClusterImage& image) {
  std::set<std::string> names;
  for (const auto& topic : request.topics) names.insert(topic.name);
  if (request.topics.empty()) {
    for (const auto& [name, topic] : image.topics()) names.emplace(name);
  }
  if (!request.cursor.has_value()) return names;
  names.erase(names.begin(), names.lower_bound(request.cursor->topic_name));
  return names;
}

/// A cursor names one of the topics that are asked for.
bool is_faulty_cursor(const wire::DescribeTopicPartitionsRequest& request) {
  if (!request.cursor.has_value()) return false;
  if (request.cursor->partition_index < 0) return true;
  const auto is_named = [&](const auto& topic) { return topic.name == request.cursor->topic_name; };
  return !request.topics.empty() && std::ranges::none_of(request.topics, is_named);
}

Response refuse_cursor(const wire::DescribeTopicPartitionsRequest& request) {
  Response response;
  for (const auto& topic : request.topics) {
    Answer& answer = response.topics.emplace_back();
    answer.error_code = ErrorCode::invalid_request;
    answer.name = topic.name;
  }
  return response;
}

void continue_at(Response& response, const std::string& topic, int32_t partition) {
  Response::Cursor cursor;
  cursor.topic_name = topic;
  cursor.partition_index = partition;
  response.next_cursor = std::move(cursor);
}

}  // namespace

wire::DescribeTopicPartitionsResponse describe_topic_partitions(
    RequestContext& context, wire::DescribeTopicPartitionsRequest request) {
  if (is_faulty_cursor(request)) return refuse_cursor(request);
  const ClusterImage& image = *context.broker.image();
  const int32_t most = context.broker.config().max_request_partition_size_limit;
  int32_t room = std::max(1, std::min(request.response_partition_limit, most));
  Response response;
  for (const std::string& name : names_of(request, image)) {
    const bool resumed = request.cursor.has_value() && request.cursor->topic_name == name;
    const int32_t first = resumed ? request.cursor->partition_index : 0;
    if (room == 0) {
      continue_at(response, name, first);
      return response;
    }
    Answer& answer = response.topics.emplace_back();
    answer.name = name;
    answer.topic_authorized_operations = kTopicOperations;
    const TopicRef topic = image.find(name);
    if (topic == nullptr) {
      answer.error_code = fault_of_topic_name(name).has_value()
                              ? ErrorCode::invalid_topic_exception
                              : ErrorCode::unknown_topic_or_partition;
      continue;
    }
    answer.topic_id = topic->id;
    answer.is_internal = topic->internal;
    const auto count = static_cast<int32_t>(topic->partitions.size());
    int32_t index = first;
    for (; index < count && room > 0; ++index, --room) add_partition(answer, *topic, index);
    if (index < count) {
      continue_at(response, name, index);
      return response;
    }
  }
  return response;
}

}  // namespace kelp::broker
