// DescribeCluster, versions 0-2: the nodes, the controller and the cluster id (KIP-700).
//   v1 endpoint type: 2 (controllers) on a broker is 114 MISMATCHED_ENDPOINT_TYPE (KIP-919), others
//   115 v2 fenced brokers: there are none
// Reads the shard's cluster image.
#include <fmt/format.h>

#include "broker/api/handlers.h"
#include "broker/authorized_operations.h"
#include "broker/broker.h"

namespace kelp::broker {
namespace {

constexpr int8_t kBrokers = 1;
constexpr int8_t kControllers = 2;

}  // namespace

wire::DescribeClusterResponse describe_cluster(RequestContext& context,
                                               wire::DescribeClusterRequest request) {
  wire::DescribeClusterResponse response;
  response.endpoint_type = kBrokers;
  if (request.endpoint_type == kControllers) {
    response.error_code = ErrorCode::mismatched_endpoint_type;
    response.error_message =
        "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type "
        "CONTROLLER";
    return response;
  }
  if (request.endpoint_type != kBrokers) {
    response.error_code = ErrorCode::unsupported_endpoint_type;
    response.error_message = fmt::format("Unsupported endpoint type {}", request.endpoint_type);
    return response;
  }
  const ClusterImage& image = *context.broker.image();
  response.cluster_id = image.cluster_id();
  response.controller_id = image.controller_id().value();
  for (const NodeImage& node : image.nodes()) {
    auto& broker = response.brokers.emplace_back();
    const HostAndPort address = context.broker.address_of(node.id, *context.peer);
    broker.broker_id = node.id.value();
    broker.host = address.host;
    broker.port = address.port;
    broker.rack = node.rack;
  }
  if (request.include_cluster_authorized_operations) {
    response.cluster_authorized_operations = kClusterOperations;
  }
  return response;
}

}  // namespace kelp::broker
