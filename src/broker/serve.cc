// From frames to handlers and back: the broker's side of net::Service.
#include "broker/serve.h"

#include "broker/api/handlers.h"
#include "broker/apis.h"
#include "broker/broker.h"

namespace kelp::broker {
namespace {

std::string words_of(const net::Peer& peer, const wire::RequestHeader& header) {
  return fmt::format("client {} (id {})", peer.client_host,
                     for_log(header.client_id.value_or("null")));
}

}  // namespace

net::Answer close_connection() { return {}; }

net::Answer answer_with(wire::Frame frame, const std::vector<rt::Fragments>& sources) {
  net::Answer answer;
  answer.kind = net::Answer::Kind::reply;
  const Slice inline_bytes = frame.bytes.slice();
  size_t from = 0;
  for (const wire::Splice& splice : frame.splices) {
    answer.frame.add(inline_bytes.sub(from, splice.position - from));
    from = splice.position;
    KELP_ASSERT(sources[splice.source].size() == splice.size, splice.size);
    answer.frame.add(sources[splice.source]);
  }
  answer.frame.add(inline_bytes.from(from));
  return answer;
}

void log_undecodable(const RequestContext& context, const Error& error) {
  log_warn("{}: request of API {} version {} closed the connection: {}",
           words_of(*context.peer, context.header), context.header.request_api_key,
           context.version(), error.text());
}

net::Ordering Broker::ordering(Bytes frame) const {
  const auto start = wire::peek_request(frame);
  if (!start.has_value()) return net::Ordering::serial;
  const Api* api = find_api(start->api_key);
  return api == nullptr ? net::Ordering::serial : api->ordering;
}

rt::Task<net::Answer> Broker::serve(std::shared_ptr<net::Peer> peer, Slice frame) {
  auto received = wire::decode_request_header(frame);
  if (!received.has_value()) {
    log_warn("client {}: {}: connection closed", peer->client_host, received.error().text());
    co_return close_connection();
  }
  auto context =
      std::make_unique<RequestContext>(*this, std::move(peer), std::move(received->header));
  context->frame_bytes = frame.size();
  if (image()->quotas() != nullptr) {
    context->quotas = image()->quotas();
    context->thread_time.start();
  }
  const Api* api = find_api(context->header.request_api_key);
  if (api == nullptr || !api->served.has(context->version())) {
    if (api != nullptr && api->key == wire::ApiVersionsRequest::key) {
      // KIP-511: answered in version 0, so that the client can step down at once.
      const wire::ApiVersionsResponse refusal = unsupported_api_versions();
      co_return answer_with(wire::encode_response(context->header.correlation_id, refusal, 0), {});
    }
    log_warn("{}: API {} version {} is not served: connection closed",
             words_of(*context->peer, context->header), context->header.request_api_key,
             context->version());
    co_return close_connection();
  }
  co_return co_await api->serve(std::move(context), std::move(received->body));
}

}  // namespace kelp::broker
