// AlterConfigs, versions 0-2: replaces all that was set of a topic, a broker, a group or a
// subscription to client metrics.
//   v2 flexible
// Runs on the controller; durable in one commit, in force when it is answered. Errors per resource
// as those of IncrementalAlterConfigs (44).
#include "broker/api/alter_resources.h"
#include "broker/api/handlers.h"

namespace kelp::broker {

rt::Task<wire::AlterConfigsResponse> alter_configs(RequestContext& context,
                                                   wire::AlterConfigsRequest request) {
  wire::AlterConfigsResponse response;
  std::vector<ConfigOrder> orders;
  for (auto& resource : request.resources) {
    ConfigOrder& order = orders.emplace_back(begin_order(response, resource));
    order.replaces_all = true;
    for (auto& config : resource.configs) {
      ConfigChange& change = order.changes.emplace_back();
      change.key = std::move(config.name);
      change.value = std::move(config.value);
    }
  }
  return carry_out(context, std::move(response), std::move(orders), request.validate_only);
}

}  // namespace kelp::broker
