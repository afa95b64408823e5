// FindCoordinator, versions 0-6: which node coordinates a group or a transactional id.
//   v1 key type, message   v3 flexible   v4 several keys (KIP-699)   v6 share groups (refused: 42)
// Makes __consumer_offsets when a group is asked for the first time, and answers when it is there.
// Reads the cluster image. Errors: 15 while the topic cannot be made; 42 an unknown key type, and
// share groups, which are not served.
#include "base/log.h"
#include "broker/api/handlers.h"
#include "broker/locate_group.h"
#include "broker/topic_rules.h"

namespace kelp::broker {
namespace {

using Coordinator = wire::FindCoordinatorResponse::Coordinator;

constexpr int16_t kFirstWithKeys = 4;
constexpr int8_t kGroup = 0;
constexpr int8_t kTransaction = 1;

/// The internal topic as Kafka configures it.
TopicOrder offsets_topic_order(const Broker& broker) {
  const config::BrokerConfig& config = broker.config();
  TopicOrder order;
  order.name = kOffsetsTopic;
  order.partitions = config.offsets_topic_num_partitions;
  // Kafka waits for as many nodes as the factor wants; a cluster of fewer gets what it has.
  order.replication_factor = static_cast<int16_t>(
      std::min<int32_t>(config.offsets_topic_replication_factor, config.brokers));
  order.configs.emplace_back("cleanup.policy", "compact");
  order.configs.emplace_back("compression.type", "producer");
  order.configs.emplace_back("segment.bytes", std::to_string(config.offsets_topic_segment_bytes));
  return order;
}

rt::Task<bool> ensure_offsets_topic(Broker& broker) {
  if (broker.image()->find(kOffsetsTopic) != nullptr) co_return true;
  std::vector<TopicOrder> orders;
  orders.push_back(offsets_topic_order(broker));
  const auto verdicts = co_await broker.create_topics(std::move(orders), false);
  const TopicVerdict& verdict = verdicts.front();
  if (verdict.error == ErrorCode::none || verdict.error == ErrorCode::topic_already_exists) {
    co_return true;
  }
  log_error("{} cannot be made: {} {}", kOffsetsTopic, name_of(verdict.error), verdict.message);
  co_return false;
}

Coordinator refused(std::string key, ErrorCode error, std::string message) {
  Coordinator answer;
  answer.key = std::move(key);
  answer.node_id = -1;
  answer.port = -1;
  answer.error_code = error;
  answer.error_message = std::move(message);
  return answer;
}

Coordinator at_node(const RequestContext& context, std::string key, BrokerId node) {
  const HostAndPort address = context.broker.address_of(node, *context.peer);
  Coordinator answer;
  answer.key = std::move(key);
  answer.node_id = node.value();
  answer.host = address.host;
  answer.port = address.port;
  if (context.version() >= kFirstWithKeys) answer.error_message = "";
  return answer;
}

Coordinator coordinator_of(const RequestContext& context, int8_t type, std::string key) {
  if (type == kTransaction) {
    // Transactions are not served: InitProducerId tells the client so, at any node.
    const auto& nodes = context.broker.image()->nodes();
    const int32_t partition = group::partition_of_group(key, static_cast<int32_t>(nodes.size()));
    return at_node(context, std::move(key), nodes[static_cast<size_t>(partition)].id);
  }
  const LocatedGroup at = locate_group(context, key);
  return at_node(context, std::move(key), at.partition->leader);
}

}  // namespace

rt::Task<wire::FindCoordinatorResponse> find_coordinator(RequestContext& context,
                                                         wire::FindCoordinatorRequest request) {
  std::vector<std::string> keys = std::move(request.coordinator_keys);
  if (context.version() < kFirstWithKeys) keys.assign(1, std::move(request.coordinator_key));
  const bool known = request.key_type == kGroup || request.key_type == kTransaction;
  bool available = true;
  if (request.key_type == kGroup && !keys.empty()) {
    available = co_await ensure_offsets_topic(context.broker);
  }
  wire::FindCoordinatorResponse response;
  for (std::string& key : keys) {
    if (!known) {
      response.coordinators.push_back(
          refused(std::move(key), ErrorCode::invalid_request, "Unknown coordinator type."));
    } else if (!available) {
      response.coordinators.push_back(refused(std::move(key), ErrorCode::coordinator_not_available,
                                              "The coordinator is not available."));
    } else {
      response.coordinators.push_back(coordinator_of(context, request.key_type, std::move(key)));
    }
  }
  if (context.version() < kFirstWithKeys) {
    Coordinator& only = response.coordinators.front();
    response.error_code = only.error_code;
    response.error_message = std::move(only.error_message);
    response.node_id = only.node_id;
    response.host = std::move(only.host);
    response.port = only.port;
  }
  co_return response;
}

}  // namespace kelp::broker
