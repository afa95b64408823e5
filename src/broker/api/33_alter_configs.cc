// AlterConfigs, versions 0-2: replaces all that was set of a topic or a broker.
//   v2 flexible
// Runs on the controller; durable in one commit, in force when it is answered. Errors per resource
// as those of IncrementalAlterConfigs (44).
#include "broker/api/handlers.h"
#include "broker/broker.h"

namespace kelp::broker {

rt::Task<wire::AlterConfigsResponse> alter_configs(RequestContext& context,
                                                   wire::AlterConfigsRequest request) {
  wire::AlterConfigsResponse response;
  std::vector<ConfigOrder> orders;
  for (auto& resource : request.resources) {
    auto& answer = response.responses.emplace_back();
    answer.resource_type = resource.resource_type;
    answer.resource_name = resource.resource_name;
    ConfigOrder& order = orders.emplace_back();
    order.resource_type = resource.resource_type;
    order.resource_name = std::move(resource.resource_name);
    order.replaces_all = true;
    for (auto& config : resource.configs) {
      ConfigChange& change = order.changes.emplace_back();
      change.key = std::move(config.name);
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
