// IncrementalAlterConfigs, versions 0-1: sets, deletes, appends to and subtracts from single
// configurations of topics, brokers, groups, client metrics (KIP-1000: what has none left is gone)
// and the level of the log (KIP-339).
//   v1 flexible
// Runs on the controller; durable in one commit, in force when it is answered. Errors per resource,
// with Kafka's words: 3; 17; 40 unknown keys and wrong values of a topic, lists that are none; 42
// duplicates, nulls, resources of no known type or of another broker, and what a broker does not
// change while it runs.
#include "broker/api/alter_resources.h"
#include "broker/api/handlers.h"

namespace kelp::broker {

rt::Task<wire::IncrementalAlterConfigsResponse> incremental_alter_configs(
    RequestContext& context, wire::IncrementalAlterConfigsRequest request) {
  wire::IncrementalAlterConfigsResponse response;
  std::vector<ConfigOrder> orders;
  for (auto& resource : request.resources) {
    ConfigOrder& order = orders.emplace_back(begin_order(response, resource));
    for (auto& config : resource.configs) {
      ConfigChange& change = order.changes.emplace_back();
      change.key = std::move(config.name);
      change.operation = static_cast<ConfigOperation>(config.config_operation);
      change.value = std::move(config.value);
    }
  }
  return carry_out(context, std::move(response), std::move(orders), request.validate_only);
}

}  // namespace kelp::broker
