// ElectLeaders, versions 0-2: the first replica of a partition always leads it here, so there is
// nothing to elect.
//   v1 election type, top-level error (KIP-460)   v2 flexible
// Reads the shard's cluster image. Errors per partition, with Kafka's words: 3; 42 an unknown type;
// 84 for every partition that is there. For null (all partitions) those are left out, as in Kafka.
#include <fmt/format.h>

#include "base/log.h"
#include "broker/api/handlers.h"
#include "broker/broker.h"

namespace kelp::broker {
namespace {

constexpr int8_t kUnclean = 1;  // 0: preferred

struct Election {
  ErrorCode error;
  std::string message;
};

Election elect(const wire::ElectLeadersRequest& request, const TopicImage* topic,
               const std::string& name, int32_t index) {
  if (request.election_type < 0 || request.election_type > kUnclean) {
    return {ErrorCode::invalid_request,
            fmt::format("Unknown election type {}", request.election_type)};
  }
  if (topic == nullptr) {
    return {ErrorCode::unknown_topic_or_partition, "No such topic as " + for_log(name)};
  }
  if (topic->partition(index) == nullptr) {
    return {ErrorCode::unknown_topic_or_partition,
            fmt::format("No such partition as {}-{}", topic->name, index)};
  }
  return {ErrorCode::election_not_needed, "Leader election not needed for topic partition."};
}

}  // namespace

wire::ElectLeadersResponse elect_leaders(RequestContext& context,
                                         wire::ElectLeadersRequest request) {
  const ClusterImage& image = *context.broker.image();
  wire::ElectLeadersResponse response;
  if (request.election_type < 0 || request.election_type > kUnclean) {
    response.error_code = ErrorCode::invalid_request;
  }
  if (!request.topic_partitions.has_value()) {
    for (const auto& [name, topic] : image.topics()) {
      response.replica_election_results.emplace_back().topic = name;
    }
    return response;
  }
  for (const auto& wanted : *request.topic_partitions) {
    auto& answer = response.replica_election_results.emplace_back();
    answer.topic = wanted.topic;
    const TopicRef topic = image.find(wanted.topic);
    for (const int32_t index : wanted.partitions) {
      Election election = elect(request, topic.get(), wanted.topic, index);
      auto& partition = answer.partition_result.emplace_back();
      partition.partition_id = index;
      partition.error_code = election.error;
      partition.error_message = std::move(election.message);
    }
  }
  return response;
}

}  // namespace kelp::broker
