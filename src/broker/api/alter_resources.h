// What AlterConfigs and IncrementalAlterConfigs share: an answer for each resource, in its order,
// with what the controller says to it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "broker/broker.h"
#include "broker/logger_level.h"
#include "broker/request.h"

namespace kelp::broker {

/// The order for one resource of a request, without its changes; begins its answer.
template <class Response, class Resource>
ConfigOrder begin_order(Response& response, Resource& resource) {
  auto& answer = response.responses.emplace_back();
  answer.resource_type = resource.resource_type;
  answer.resource_name = resource.resource_name;
  ConfigOrder order;
  order.resource_type = resource.resource_type;
  order.resource_name = std::move(resource.resource_name);
  return order;
}

template <class Response>
rt::Task<Response> carry_out(RequestContext& context, Response response,
                             std::vector<ConfigOrder> orders, bool validate_only) {
  refuse_faulty(orders, context.broker.node_of(*context.peer));
  for (ConfigOrder& order : orders) {
    if (order.resource_type != kLoggerResource || order.settled.has_value()) continue;
    order.settled = alter_logger(order, validate_only);
  }
  auto verdicts = co_await context.broker.alter_configs(std::move(orders), validate_only);
  for (size_t i = 0; i < verdicts.size(); ++i) {
    response.responses[i].error_code = verdicts[i].error;
    if (verdicts[i].error == ErrorCode::none) continue;
    response.responses[i].error_message = std::move(verdicts[i].message);
  }
  co_return response;
}

}  // namespace kelp::broker
