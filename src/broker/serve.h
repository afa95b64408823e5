// How a row of the API list becomes a function from a frame to an answer: decode, call the handler,
// encode. Whatever type a handler returns (a response, one with records elsewhere, one that may be
// kept back) is dealt with here, once.
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "broker/client_quotas.h"
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

/// Null: there is no answer, or it does not say for how long its client is throttled.
template <class Response>
int32_t* throttle_time_in(Response& response) {
  if constexpr (requires { response.throttle_time_ms; }) {
    return &response.throttle_time_ms;
  } else {
    return nullptr;
  }
}
template <class Response>
int32_t* throttle_time_in(WithRecords<Response>& answer) {
  return throttle_time_in(answer.response);
}
template <class Response>
int32_t* throttle_time_in(MaybeAnswer<Response>& answer) {
  return answer.response.has_value() ? throttle_time_in(*answer.response) : nullptr;
}

/// As Kafka, a request without an answer is not held against the client's time.
template <class Answer>
bool is_answered(const Answer& answer) {
  if constexpr (requires { answer.close; }) return answer.response.has_value();
  return true;
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
    auto handling = Handler(*context, *std::move(request));
    if (context->quotas != nullptr) context->thread_time.stop();
    auto answer = co_await handling;
    if (context->quotas != nullptr) {
      if (is_answered(answer)) co_await charge_thread_time(*context);
      context->mute();
      if (int32_t* const told = throttle_time_in(answer)) *told = context->throttle_ms;
    }
    co_return to_answer(*context, answer);
  } else {
    auto answer = Handler(*context, *std::move(request));
    if (context->quotas != nullptr) {
      co_await charge_thread_time(*context);
      context->mute();
      if (int32_t* const told = throttle_time_in(answer)) *told = context->throttle_ms;
    }
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
