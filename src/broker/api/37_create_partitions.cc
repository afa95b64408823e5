// CreatePartitions, versions 0-3: adds partitions to topics; answered when Metadata, Produce and
// Fetch know them on every shard.
//   v2 flexible   v3 89 when there are too many changes (KIP-599)
// Runs on the controller; a request's topics grow in one commit. Errors per topic, with Kafka's
// words: 3; 7 a timeout of 0 or less (nothing is made); 37 no increase; 39 assignments; 42
// duplicates, and __consumer_offsets, whose groups would lose their partitions; 44 more than 10,000
// new partitions in a request; 89.
#include <map>

#include "broker/api/handlers.h"
#include "broker/broker.h"

namespace kelp::broker {
namespace {

using Wanted = wire::CreatePartitionsRequest::CreatePartitionsTopic;

/// From here on controller_mutation_rate refuses what is too much (KIP-599).
constexpr int16_t kFirstStrict = 3;

GrowthOrder order_of(const Wanted& topic) {
  GrowthOrder order;
  order.topic = topic.name;
  order.partitions = topic.count;
  if (!topic.assignments.has_value()) return order;
  order.assignments.emplace();
  for (const auto& assignment : *topic.assignments) {
    auto& replicas = order.assignments->emplace_back();
    for (const int32_t node : assignment.broker_ids) replicas.emplace_back(node);
  }
  return order;
}

/// Each name once, in the order of the request; one that came twice is refused.
std::vector<GrowthOrder> distinct_orders(const std::vector<Wanted>& topics) {
  std::map<std::string_view, int> named;
  for (const Wanted& topic : topics) ++named[topic.name];
  std::vector<GrowthOrder> orders;
  for (const Wanted& topic : topics) {
    int& times = named[topic.name];
    if (times == 0) continue;  // answered with the first
    orders.push_back(order_of(topic));
    if (times > 1) {
      orders.back().refused = ErrorCode::invalid_request;
      orders.back().message = "Duplicate topic name.";
    }
    times = 0;
  }
  return orders;
}

}  // namespace

rt::Task<wire::CreatePartitionsResponse> create_partitions(RequestContext& context,
                                                           wire::CreatePartitionsRequest request) {
  wire::CreatePartitionsResponse response;
  std::vector<GrowthOrder> orders = distinct_orders(request.topics);
  for (GrowthOrder& order : orders) {
    response.results.emplace_back().name = order.topic;
    if (request.timeout_ms > 0) continue;
    order.refused = ErrorCode::request_timed_out;
    order.message.clear();
  }
  auto quota = MutationQuota::of(context, kFirstStrict);
  auto verdicts = co_await context.broker.create_partitions(std::move(orders),
                                                            request.validate_only, quota.get());
  if (quota != nullptr) quota->throttle(context);
  for (size_t i = 0; i < verdicts.size(); ++i) {
    response.results[i].error_code = verdicts[i].error;
    if (verdicts[i].message.empty()) continue;
    response.results[i].error_message = std::move(verdicts[i].message);
  }
  co_return response;
}

}  // namespace kelp::broker
