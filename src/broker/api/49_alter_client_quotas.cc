// AlterClientQuotas, versions 0-1: sets and removes quotas of users, client ids and addresses
// (KIP-546, KIP-612).
//   v1 flexible
// Runs on the controller; durable in one commit, in force when it is answered. One answer for each
// distinct entity. Error 42, in Kafka's words: entities and keys that do not exist or do not go
// together, values that are no rate, an entity or a key that comes twice; 44 too many of them.
#include <map>

#include "broker/api/handlers.h"
#include "broker/broker.h"

namespace kelp::broker {
namespace {

using Response = wire::AlterClientQuotasResponse;

/// Each entity once, as it came first. Of a type that comes twice in an entity the last name holds,
/// as in Kafka.
struct Orders {
  std::vector<auth::QuotaOrder> distinct;
  std::map<auth::QuotaEntity, int> times;
};

Orders orders_of(wire::AlterClientQuotasRequest& request) {
  Orders orders;
  for (auto& entry : request.entries) {
    auth::QuotaOrder order;
    for (auto& part : entry.entity) {
      order.entity[std::move(part.entity_type)] = std::move(part.entity_name);
    }
    for (auto& op : entry.ops) {
      auth::QuotaChange& change = order.changes.emplace_back();
      change.key = std::move(op.key);
      if (!op.remove) change.value = op.value;
    }
    if (orders.times[order.entity]++ == 0) orders.distinct.push_back(std::move(order));
  }
  return orders;
}

Response::EntryData answer_to(const auth::QuotaEntity& entity) {
  Response::EntryData answer;
  for (const auto& [type, name] : entity) {
    auto& part = answer.entity.emplace_back();
    part.entity_type = type;
    part.entity_name = name;
  }
  return answer;
}

void say(Response::EntryData& answer, ErrorCode error, std::string message) {
  answer.error_code = error;
  if (error != ErrorCode::none) answer.error_message = std::move(message);
}

}  // namespace

rt::Task<wire::AlterClientQuotasResponse> alter_client_quotas(
    RequestContext& context, wire::AlterClientQuotasRequest request) {
  Response response;
  Orders orders = orders_of(request);
  std::vector<auth::QuotaOrder> asked;
  std::vector<size_t> places;  // of their answers
  for (auth::QuotaOrder& order : orders.distinct) {
    auto& answer = response.entries.emplace_back(answer_to(order.entity));
    if (orders.times[order.entity] > 1 || auth::repeats_a_key(order)) {
      say(answer, ErrorCode::invalid_request,
          "Ignoring duplicate entity " + auth::text_of(order.entity));
      continue;
    }
    places.push_back(response.entries.size() - 1);
    asked.push_back(std::move(order));
  }
  auto verdicts = co_await context.broker.alter_quotas(std::move(asked), request.validate_only);
  for (size_t i = 0; i < verdicts.size(); ++i) {
    say(response.entries[places[i]], verdicts[i].error, std::move(verdicts[i].message));
  }
  co_return response;
}

}  // namespace kelp::broker
