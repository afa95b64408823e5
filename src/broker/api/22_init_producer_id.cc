// InitProducerId, versions 0-5, without a transactional id: a new producer id and epoch 0 each time
// (KIP-98).
//   v2 flexible   v3 producer id and epoch of the client: ignored without a transactional id, as
//   Kafka does   v4, v5 as v3
// Runs on the controller, which takes ids from durable blocks. Errors: 42 an empty transactional
// id; 53 any other one, as transactions are not served yet; 56 when the catalog cannot be written.
#include "base/log.h"
#include "broker/api/handlers.h"
#include "broker/broker.h"
#include "broker/error_map.h"

namespace kelp::broker {

rt::Task<wire::InitProducerIdResponse> init_producer_id(RequestContext& context,
                                                        wire::InitProducerIdRequest request) {
  wire::InitProducerIdResponse response;
  if (request.transactional_id.has_value()) {
    response.error_code = request.transactional_id->empty()
                              ? ErrorCode::invalid_request
                              : ErrorCode::transactional_id_authorization_failed;
    co_return response;
  }
  const Result<int64_t> id = co_await context.broker.next_producer_id();
  if (!id.has_value()) {
    log_error("producer id for client {}: {}", for_log(context.client_id()), id.error().text());
    response.error_code = kafka_error(id.error().kind);
    co_return response;
  }
  response.producer_id = *id;
  response.producer_epoch = 0;
  co_return response;
}

}  // namespace kelp::broker
