// InitProducerId, versions 0-5, without a transactional id: a new producer id and epoch 0 each time
// (KIP-98).
//   v2 flexible   v3 producer id and epoch of the client: ignored without a transactional id, as
//   Kafka does   v4, v5 as v3
// Runs on the controller, which takes ids from durable blocks. Errors: 42 an empty transactional
// id, and a producer id without its epoch or the reverse; 53 any other one, as transactions are not
// served yet; 56 when the catalog cannot be written.
#include "base/log.h"
#include "broker/api/handlers.h"
#include "broker/broker.h"
#include "broker/error_map.h"

namespace kelp::broker {
namespace {

/// Both or neither: Kafka checks it even where it ignores them.
bool names_half_a_producer(const wire::InitProducerIdRequest& request) {
  return (request.producer_id == -1) != (request.producer_epoch == -1);
}

}  // namespace

rt::Task<wire::InitProducerIdResponse> init_producer_id(RequestContext& context,
                                                        wire::InitProducerIdRequest request) {
  wire::InitProducerIdResponse response;
  response.producer_epoch = -1;
  const bool empty = request.transactional_id.has_value() && request.transactional_id->empty();
  if (empty || names_half_a_producer(request)) {
    response.error_code = ErrorCode::invalid_request;
    co_return response;
  }
  if (request.transactional_id.has_value()) {
    response.error_code = ErrorCode::transactional_id_authorization_failed;
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
