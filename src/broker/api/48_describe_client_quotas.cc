// DescribeClientQuotas, versions 0-1: the quotas of the entities that a filter means (KIP-546).
//   v1 flexible
// Reads the shard's cluster image. Errors, for the whole request and in Kafka's words: 35 an
// unknown type of entity; 42 a filter that makes no sense.
#include "auth/quota_filter.h"
#include "broker/api/handlers.h"
#include "broker/broker.h"

namespace kelp::broker {

wire::DescribeClientQuotasResponse describe_client_quotas(
    RequestContext& context, wire::DescribeClientQuotasRequest request) {
  wire::DescribeClientQuotasResponse response;
  std::vector<auth::QuotaFilterPart> parts;
  for (auto& component : request.components) {
    parts.push_back(
        {std::move(component.entity_type), component.match_type, std::move(component.match)});
  }
  auto filter = auth::QuotaFilter::make(parts, request.strict);
  if (!filter.has_value()) {
    response.error_code = filter.error().error;
    response.error_message = std::move(filter.error().message);
    return response;
  }
  response.error_message.emplace();
  response.entries.emplace();
  const QuotasRef& quotas = context.broker.image()->quotas();
  if (quotas == nullptr) return response;
  for (const auto& [entity, values] : quotas->entries()) {
    if (!filter->matches(entity)) continue;
    auto& entry = response.entries->emplace_back();
    for (const auto& [type, name] : entity) {
      auto& part = entry.entity.emplace_back();
      part.entity_type = type;
      part.entity_name = name;
    }
    for (const auto& [key, value] : values) {
      auto& stored = entry.values.emplace_back();
      stored.key = auth::name_of(key);
      stored.value = value;
    }
  }
  return response;
}

}  // namespace kelp::broker
