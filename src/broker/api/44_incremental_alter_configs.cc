// IncrementalAlterConfigs, versions 0-1: sets, deletes, appends to and subtracts from single
// configurations of topics and brokers (KIP-339).
//   v1 flexible
// Runs on the controller; durable in one commit, in force when it is answered. Errors per resource,
// with Kafka's words: 3; 17; 40 unknown keys and wrong values of a topic, lists that are none; 42
// duplicates, nulls, resources of no known type or of another broker, and what a broker does not
// change while it runs.
#include "broker/api/handlers.h"
#include "broker/broker.h"

namespace kelp::broker {

rt::Task<wire::IncrementalAlterConfigsResponse> incremental_alter_configs(
    RequestContext& context, wire::IncrementalAlterConfigsRequest request) {
  wire::IncrementalAlterConfigsResponse response;
  std::vector<ConfigOrder> orders;
  for (auto& resource : request.resources) {
    auto& answer = response.responses.emplace_back();
    answer.resource_type = resource.resource_type;
    answer.resource_name = resource.resource_name;
    ConfigOrder& order = orders.emplace_back();
    order.resource_type = resource.resource_type;
    order.resource_name = std::move(resource.resource_name);
    for (auto& config : resource.configs) {
      ConfigChange& change = order.changes.emplace_back();
      change.key = std::move(config.name);
      change.operation = static_cast<ConfigOperation>(config.config_operation);
      change.value = std::move(config.value);
    }
  }
  refuse_faulty(orders, context.broker.node_of(*context.peer));
  auto verdicts = co_await context.broker.alter_configs(std::move(orders), request.validate_only);
  for (size_t i = 0; i < verdicts.size(); ++i) {
    response.responses[i].error_code = verdicts[i].error;
    if (verdicts[i].error == ErrorCode::none) continue;
    response.responses[i].error_message = std::move(verdicts[i].message);
  }
  co_return response;
}

}  // namespace kelp::broker
