// ListConfigResources, versions 0-1: what may have a configuration (KIP-1000, KIP-1142).
//   v0 client metrics only: there are none   v1 by type; no type is all of them
// Reads the shard's cluster image. Error 35 for an unknown type.
#include <algorithm>

#include "broker/api/handlers.h"
#include "broker/broker.h"
#include "broker/config_orders.h"

namespace kelp::broker {
namespace {

/// Kafka's types: topics, brokers, and those of which there are none here: broker loggers, client
/// metrics, groups.
constexpr int8_t kTypes[] = {kTopicResource, kBrokerResource, 8, 16, 32};

}  // namespace

wire::ListConfigResourcesResponse list_config_resources(RequestContext& context,
                                                        wire::ListConfigResourcesRequest request) {
  wire::ListConfigResourcesResponse response;
  if (context.version() == 0) return response;
  const auto& wanted = request.resource_types;
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
    add(kBrokerResource, std::to_string(node.id.value()));
  }
  for (const auto& [name, topic] : image.topics()) add(kTopicResource, name);
  return response;
}

}  // namespace kelp::broker
