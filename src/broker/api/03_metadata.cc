// Metadata, versions 0-13: the nodes, and who leads the partitions of the topics asked for; creates
// unknown ones if wanted.
//   v0 an empty list is all topics   v1 null is all, an empty list none; controller, racks   v2
//   cluster id v4 allow_auto_topic_creation (before: always)   v5 offline replicas   v7 leader
//   epochs   v8 authorized operations v9 flexible   v10 topic ids in the answer   v12 topics by id,
//   cluster operations gone   v13 top-level error
// Reads the shard's cluster image. A topic that is created is answered as it then is. Errors per
// topic: 3; 17 an invalid name; 38 when the default replication factor needs more nodes; 100; 42
// for v10-11 by id, which Kafka defined before it served it.
#include <set>

#include "base/log.h"
#include "broker/api/handlers.h"
#include "broker/authorized_operations.h"
#include "broker/broker.h"
#include "broker/topic_rules.h"

namespace kelp::broker {
namespace {

using Response = wire::MetadataResponse;
using TopicAnswer = Response::MetadataResponseTopic;

constexpr int16_t kFirstWithNullTopics = 1;
constexpr int16_t kFirstByTopicId = 12;

TopicAnswer answer_for(const TopicImage& topic) {
  TopicAnswer answer;
  answer.name = topic.name;
  answer.topic_id = topic.id;
  answer.is_internal = topic.internal;
  answer.partitions.reserve(topic.partitions.size());
  for (const PartitionImage& partition : topic.partitions) {
    auto& each = answer.partitions.emplace_back();
    each.partition_index = static_cast<int32_t>(answer.partitions.size()) - 1;
    each.leader_id = partition.leader.value();
    each.leader_epoch = partition.leader_epoch.value();
    for (const BrokerId node : partition.replicas) each.replica_nodes.push_back(node.value());
    each.isr_nodes = each.replica_nodes;
  }
  return answer;
}

TopicAnswer failed(std::optional<std::string> name, ErrorCode error) {
  TopicAnswer answer;
  answer.name = std::move(name);
  answer.error_code = error;
  return answer;
}

/// v10 and v11 have ids in their form but are refused with them (KAFKA-12701), with an empty answer
/// around it.
std::optional<Response> refused_by_id(const wire::MetadataRequest& request, int16_t version) {
  if (!request.topics.has_value() || version >= kFirstByTopicId) return std::nullopt;
  const auto names_no_topic = [](const auto& topic) {
    return !topic.name.has_value() || !topic.topic_id.is_zero();
  };
  if (std::ranges::none_of(*request.topics, names_no_topic)) return std::nullopt;
  Response response;
  for (const auto& topic : *request.topics) {
    TopicAnswer& answer =
        response.topics.emplace_back(failed(topic.name.value_or(""), ErrorCode::invalid_request));
    answer.topic_id = topic.topic_id;
  }
  return response;
}

/// Creates the topics that are unknown and may be made. The controller's verdicts, by name.
rt::Task<std::map<std::string, TopicVerdict>> create_missing(RequestContext& context,
                                                             std::vector<std::string> names) {
  std::vector<TopicOrder> orders;
  for (const std::string& name : names) orders.emplace_back().name = name;
  // Beyond controller_mutation_rate it stays unknown for now.
  auto quota = MutationQuota::of(context, 0);
  auto verdicts = co_await context.broker.create_topics(std::move(orders), false, quota.get());
  std::map<std::string, TopicVerdict> by_name;
  for (size_t i = 0; i < names.size(); ++i) {
    if (verdicts[i].error == ErrorCode::none) {
      log_info("topic {} created on first use: client {} (id {}), Metadata", names[i],
               context.peer->client_host, for_log(context.client_id()));
    }
    by_name.emplace(std::move(names[i]), std::move(verdicts[i]));
  }
  co_return by_name;
}

/// What a topic that could not be created is called.
ErrorCode error_of_creation(const TopicVerdict& verdict) {
  switch (verdict.error) {
    case ErrorCode::none:
    case ErrorCode::topic_already_exists:
      return ErrorCode::none;
    case ErrorCode::invalid_replication_factor:
    case ErrorCode::kafka_storage_error:
      return verdict.error;
    default:
      return ErrorCode::unknown_topic_or_partition;
  }
}

void add_nodes(const RequestContext& context, const ClusterImage& image, Response& response) {
  for (const NodeImage& node : image.nodes()) {
    const HostAndPort address = context.broker.address_of(node.id, *context.peer);
    auto& broker = response.brokers.emplace_back();
    broker.node_id = node.id.value();
    broker.host = address.host;
    broker.port = address.port;
    broker.rack = node.rack;
  }
  response.cluster_id = image.cluster_id();
  response.controller_id = image.controller_id().value();
}

/// Names in the order of the request, each once.
std::vector<std::string> distinct_names(const wire::MetadataRequest& request) {
  std::vector<std::string> names;
  std::set<std::string_view> seen;
  for (const auto& topic : *request.topics) {
    if (topic.topic_id.is_zero() && topic.name.has_value() && seen.insert(*topic.name).second) {
      names.push_back(*topic.name);
    }
  }
  return names;
}

std::vector<TopicAnswer> answers_by_id(const wire::MetadataRequest& request,
                                       const ClusterImage& image) {
  std::vector<TopicAnswer> unknown, known;
  std::set<Uuid> seen;
  for (const auto& topic : *request.topics) {
    if (topic.topic_id.is_zero() || !seen.insert(topic.topic_id).second) continue;
    if (const TopicRef found = image.find(topic.topic_id)) {
      known.push_back(answer_for(*found));
    } else {
      unknown.push_back(failed(std::nullopt, ErrorCode::unknown_topic_id));
      unknown.back().topic_id = topic.topic_id;
    }
  }
  std::ranges::move(known, std::back_inserter(unknown));
  return unknown;
}

rt::Task<std::vector<TopicAnswer>> answers_by_name(RequestContext& context,
                                                   const wire::MetadataRequest& request) {
  const bool may_create =
      context.broker.config().auto_create_topics && request.allow_auto_topic_creation;
  ClusterRef image = context.broker.image();
  const std::vector<std::string> names = distinct_names(request);
  std::vector<std::string> missing;
  for (const std::string& name : names) {
    const bool creatable = image->find(name) == nullptr && !fault_of_topic_name(name).has_value();
    if (may_create && creatable && !is_internal_topic(name)) missing.push_back(name);
  }
  std::map<std::string, TopicVerdict> made;
  if (!missing.empty()) {
    made = co_await create_missing(context, std::move(missing));
    image = context.broker.image();
  }
  std::vector<TopicAnswer> known, faulty;
  for (const std::string& name : names) {
    if (const TopicRef topic = image->find(name)) {
      known.push_back(answer_for(*topic));
      continue;
    }
    ErrorCode error = ErrorCode::unknown_topic_or_partition;
    if (fault_of_topic_name(name).has_value()) error = ErrorCode::invalid_topic_exception;
    const auto verdict = made.find(name);
    if (verdict != made.end() && error_of_creation(verdict->second) != ErrorCode::none) {
      error = error_of_creation(verdict->second);
    }
    faulty.push_back(failed(name, error));
  }
  std::ranges::move(faulty, std::back_inserter(known));
  co_return known;
}

}  // namespace

rt::Task<wire::MetadataResponse> metadata(RequestContext& context, wire::MetadataRequest request) {
  if (auto refused = refused_by_id(request, context.version())) co_return *std::move(refused);
  Response response;
  const bool all = !request.topics.has_value() ||
                   (request.topics->empty() && context.version() < kFirstWithNullTopics);
  if (all) {
    const ClusterRef image = context.broker.image();
    for (const auto& [name, topic] : image->topics()) {
      response.topics.push_back(answer_for(*topic));
    }
  } else {
    // Kafka answers the ids alone when a request has both.
    response.topics = answers_by_id(request, *context.broker.image());
    if (response.topics.empty()) {
      response.topics = co_await answers_by_name(context, request);
    }
  }
  add_nodes(context, *context.broker.image(), response);
  if (request.include_topic_authorized_operations) {
    for (TopicAnswer& topic : response.topics) topic.topic_authorized_operations = kTopicOperations;
  }
  if (request.include_cluster_authorized_operations) {
    response.cluster_authorized_operations = kClusterOperations;
  }
  co_return response;
}

}  // namespace kelp::broker
