// CreateTopics, versions 0-7: makes topics; answered when Metadata, Produce and Fetch agree on
// every shard.
//   v1 validate_only, messages   v2 throttle time   v4 -1 for the broker's default counts (KIP-464)
//   v5 flexible, counts and all configurations in the answer (KIP-525)   v6 89 when there are too
//   many changes (KIP-599)   v7 topic ids
// Runs on the controller; a request's topics become durable in one commit. Errors per topic, with
// Kafka's words: 7 a timeout of 0 or less (nothing is made); 17; 36; 37; 38; 39; 40; 42 duplicates
// and contradictory counts; 44 more than 10,000 partitions in a request; 56; 89.
#include <map>

#include "broker/api/handlers.h"
#include "broker/broker.h"
#include "broker/topic_rules.h"

namespace kelp::broker {
namespace {

using TopicAnswer = wire::CreateTopicsResponse::CreatableTopicResult;
using TopicRequest = wire::CreateTopicsRequest::CreatableTopic;

/// From here on controller_mutation_rate refuses what is too much (KIP-599).
constexpr int16_t kFirstStrict = 6;
constexpr int16_t kFirstWithConfigs = 5;

TopicOrder order_of(TopicRequest& topic) {
  TopicOrder order;
  order.name = std::move(topic.name);
  order.partitions = topic.num_partitions;
  order.replication_factor = topic.replication_factor;
  for (const auto& assignment : topic.assignments) {
    auto& [index, replicas] = order.assignments.emplace_back();
    index = assignment.partition_index;
    for (const int32_t node : assignment.broker_ids) replicas.emplace_back(node);
  }
  for (auto& config : topic.configs) {
    order.configs.emplace_back(std::move(config.name), std::move(config.value));
  }
  return order;
}

/// Each name once, in the order of the request; one that came twice is refused.
std::vector<TopicOrder> distinct_orders(std::vector<TopicRequest>& topics) {
  std::map<std::string_view, int> named;
  for (const TopicRequest& topic : topics) ++named[topic.name];
  std::vector<TopicOrder> orders;
  for (TopicRequest& topic : topics) {
    int& times = named[topic.name];
    if (times == 0) continue;  // answered with the first
    const bool twice = times > 1;
    times = 0;
    TopicRequest copy = topic;
    orders.push_back(order_of(copy));
    if (!twice) continue;
    orders.back().refused = ErrorCode::invalid_request;
    orders.back().message = "Duplicate topic name.";
  }
  return orders;
}

int64_t partitions_of(const std::vector<TopicOrder>& orders, int32_t default_partitions) {
  int64_t total = 0;
  for (const TopicOrder& order : orders) {
    if (order.refused != ErrorCode::none) continue;
    if (!order.assignments.empty()) {
      total += static_cast<int64_t>(order.assignments.size());
    } else {
      total += order.partitions == -1 ? default_partitions : std::max(0, order.partitions);
    }
  }
  return total;
}

/// Those that are refused already stay so.
void refuse_all(std::vector<TopicOrder>& orders, ErrorCode error, const std::string& message) {
  for (TopicOrder& order : orders) {
    if (order.refused != ErrorCode::none) continue;
    order.refused = error;
    order.message = message;
  }
}

using TopicConfigs = decltype(TopicAnswer::configs);

TopicConfigs configs_of(const TopicImage& topic, const config::BrokerSettings& settings) {
  TopicConfigs configs;
  configs.emplace();
  for (config::ConfigEntry& entry : config::describe_topic_config(topic.overrides, settings)) {
    auto& config = configs->emplace_back();
    config.name = entry.name();
    config.value = std::move(entry.value);
    config.read_only = entry.read_only();
    config.config_source = static_cast<int8_t>(entry.source);
    config.is_sensitive = entry.key->is_sensitive();
  }
  return configs;
}

/// `of_plain`: the configurations of every topic that overrides none, once they are known.
void describe(TopicAnswer& answer, const TopicImage& topic, const config::BrokerSettings& settings,
              TopicConfigs& of_plain) {
  answer.topic_id = topic.id;
  answer.num_partitions = static_cast<int32_t>(topic.partitions.size());
  answer.replication_factor = static_cast<int16_t>(topic.partitions.front().replicas.size());
  if (!topic.overrides.empty()) {
    answer.configs = configs_of(topic, settings);
    return;
  }
  if (!of_plain.has_value()) of_plain = configs_of(topic, settings);
  answer.configs = of_plain;
}

}  // namespace

rt::Task<wire::CreateTopicsResponse> create_topics(RequestContext& context,
                                                   wire::CreateTopicsRequest request) {
  std::vector<TopicOrder> orders = distinct_orders(request.topics);
  std::vector<std::string> names;
  for (const TopicOrder& order : orders) names.push_back(order.name);
  const config::BrokerConfig& config = context.broker.config();
  if (request.timeout_ms <= 0) {
    refuse_all(orders, ErrorCode::request_timed_out, {});
  } else if (partitions_of(orders, config.num_partitions) > kMaxPartitionsPerRequest) {
    refuse_all(orders, ErrorCode::policy_violation,
               "Excessively large number of partitions per request.");
  }
  auto quota = MutationQuota::of(context, kFirstStrict);
  auto verdicts =
      co_await context.broker.create_topics(std::move(orders), request.validate_only, quota.get());
  if (quota != nullptr) quota->throttle(context);
  wire::CreateTopicsResponse response;
  TopicConfigs of_plain;
  for (size_t i = 0; i < verdicts.size(); ++i) {
    TopicAnswer& answer = response.topics.emplace_back();
    answer.name = std::move(names[i]);
    answer.error_code = verdicts[i].error;
    answer.configs.emplace();
    if (!verdicts[i].message.empty()) answer.error_message = std::move(verdicts[i].message);
    if (verdicts[i].error == ErrorCode::none && context.version() >= kFirstWithConfigs) {
      describe(answer, *verdicts[i].topic, *context.broker.image()->settings(), of_plain);
    }
  }
  co_return response;
}

}  // namespace kelp::broker
