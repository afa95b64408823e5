// How a row of the API list becomes a function from a frame to an answer: decode, call the handler,
// encode. Whatever type a handler returns (a response, one with records elsewhere, one that may be
// kept back) is dealt with here, once.
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "broker/request.h"
#include "net/service.h"
#include "wire/codec.h"
#include "wire/versions.h"

namespace kelp::broker {

/// Whose state an API touches: where its handler does its work.
enum class Owner : uint8_t {
  none,        // answers from constants
  cluster,     // the shard's own cluster image
  controller,  // shard 0
  partition,   // the shard of each partition
  group,       // the shard of the group's coordinator
};

using ServeFunction = rt::Task<net::Answer> (*)(std::unique_ptr<RequestContext>, Slice body);

struct Api {
  int16_t key;
  std::string_view name;  // Kafka's, "Produce"
  wire::Versions served;
  net::Ordering ordering;
  Owner owner;
  std::string_view versions_add;   // what each version adds here
  std::string_view not_supported;  // deliberately
  ServeFunction serve;
};

net::Answer answer_with(wire::Frame frame, const std::vector<rt::Fragments>& sources);
net::Answer close_connection();
void log_undecodable(const RequestContext& context, const Error& error);

namespace detail {

template <class Response>
net::Answer to_answer(const RequestContext& context, const Response& response) {
  return answer_with(
      wire::encode_response(context.header.correlation_id, response, context.version()), {});
}

template <class Response>
net::Answer to_answer(const RequestContext& context, const WithRecords<Response>& answer) {
  return answer_with(
      wire::encode_response(context.header.correlation_id, answer.response, context.version()),
      answer.sources);
}

template <class Response>
net::Answer to_answer(const RequestContext& context, const MaybeAnswer<Response>& answer) {
  if (answer.close) return close_connection();
  if (answer.response.has_value()) return to_answer(context, *answer.response);
  net::Answer none;
  none.kind = net::Answer::Kind::none;
  return none;
}

/// Handlers that never wait return their answer, others a task of it.
template <class Request, auto Handler>
rt::Task<net::Answer> serve(std::unique_ptr<RequestContext> context, Slice body) {
  auto request = wire::decode<Request>(body, context->version());
  if (!request.has_value()) {
    log_undecodable(*context, request.error());
    co_return close_connection();
  }
  using Returned = decltype(Handler(*context, std::declval<Request>()));
  if constexpr (requires { typename Returned::promise_type; }) {
    const auto answer = co_await Handler(*context, *std::move(request));
    co_return to_answer(*context, answer);
  } else {
    const auto answer = Handler(*context, *std::move(request));
    co_return to_answer(*context, answer);
  }
}

}  // namespace detail

template <class Request, auto Handler>
consteval Api api(wire::Versions served, net::Ordering ordering, Owner owner,
                  std::string_view versions_add, std::string_view not_supported) {
  if (served.min < Request::versions.min || served.max > Request::versions.max ||
      served.min > served.max) {
    throw "served versions go beyond the codec's";
  }
  constexpr std::string_view kSuffix = "Request";
  std::string_view name = Request::name;
  name.remove_suffix(kSuffix.size());
  return {Request::key, name,         served,        ordering,
          owner,        versions_add, not_supported, &detail::serve<Request, Handler>};
}

}  // namespace kelp::broker
