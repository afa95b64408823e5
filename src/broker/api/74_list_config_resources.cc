// ListConfigResources, versions 0-1: what may have a configuration (KIP-1000, KIP-1142).
//   v0 client metrics only   v1 by type; no type is all of them
// Reads the shard's cluster image. Error 35 for an unknown type.
#include <algorithm>

#include "broker/api/handlers.h"
#include "broker/broker.h"
#include "broker/config_orders.h"

namespace kelp::broker {
namespace {

constexpr int8_t kTypes[] = {kTopicResource, kBrokerResource, kLoggerResource,
                             kClientMetricsResource, kGroupResource};

}  // namespace

wire::ListConfigResourcesResponse list_config_resources(RequestContext& context,
                                                        wire::ListConfigResourcesRequest request) {
  wire::ListConfigResourcesResponse response;
  std::vector<int8_t> wanted = std::move(request.resource_types);
  if (context.version() == 0) wanted.push_back(kClientMetricsResource);
  for (const int8_t type : wanted) {
    if (std::ranges::find(kTypes, type) != std::end(kTypes)) continue;
    response.error_code = ErrorCode::unsupported_version;
    return response;
  }
  const auto add = [&](int8_t type, std::string name) {
    if (!wanted.empty() && std::ranges::find(wanted, type) == wanted.end()) return;
    auto& resource = response.config_resources.emplace_back();
    resource.resource_type = type;
    resource.resource_name = std::move(name);
  };
  const ClusterImage& image = *context.broker.image();
  for (const NodeImage& node : image.nodes()) {
    add(kLoggerResource, std::to_string(node.id.value()));
    add(kBrokerResource, std::to_string(node.id.value()));
  }
  for (const auto& [name, topic] : image.topics()) add(kTopicResource, topic->name);
  for (const auto& [resource, texts] : image.resource_configs()) add(resource.type, resource.name);
  return response;
}

}  // namespace kelp::broker
