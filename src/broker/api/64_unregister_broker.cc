// UnregisterBroker, version 0: forgets a broker that is gone for good (KIP-631).
// Ours are all in this process and never gone, so nothing is ever forgotten. Reads the shard's
// cluster image. Errors: 102 with Kafka's words; 42 for a broker that runs.
#include <fmt/format.h>

#include <algorithm>

#include "broker/api/handlers.h"
#include "broker/broker.h"

namespace kelp::broker {

wire::UnregisterBrokerResponse unregister_broker(RequestContext& context,
                                                 wire::UnregisterBrokerRequest request) {
  const ClusterRef image = context.broker.image();
  wire::UnregisterBrokerResponse response;
  if (std::ranges::find(image->nodes(), BrokerId(request.broker_id), &NodeImage::id) !=
      image->nodes().end()) {
    response.error_code = ErrorCode::invalid_request;
    response.error_message =
        fmt::format("Broker ID {} cannot be unregistered: it runs", request.broker_id);
  } else {
    response.error_code = ErrorCode::broker_id_not_registered;
    response.error_message =
        fmt::format("Broker ID {} is not currently registered", request.broker_id);
  }
  return response;
}

}  // namespace kelp::broker
