// Requests of client quotas, and their answers in one line each.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/typed_client.h"
#include "wire/48_describe_client_quotas.h"
#include "wire/49_alter_client_quotas.h"

namespace kelp::test {

/// (type, name); no name is the default.
using QuotaEntity = std::vector<std::pair<std::string, std::optional<std::string>>>;

struct QuotaOp {
  std::string key;
  std::optional<double> value;  // nothing: it is removed
};

inline void add_entry(wire::AlterClientQuotasRequest& request, const QuotaEntity& entity,
                      const std::vector<QuotaOp>& ops) {
  auto& entry = request.entries.emplace_back();
  for (const auto& [type, name] : entity) {
    auto& part = entry.entity.emplace_back();
    part.entity_type = type;
    part.entity_name = name;
  }
  for (const QuotaOp& op : ops) {
    auto& added = entry.ops.emplace_back();
    added.key = op.key;
    added.value = op.value.value_or(0);
    added.remove = !op.value.has_value();
  }
}

template <class Entity>
std::string entity_text(const Entity& entity) {
  std::string text;
  for (const auto& part : entity) {
    if (!text.empty()) text += ",";
    text += part.entity_type + "=" + part.entity_name.value_or("<default>");
  }
  return text;
}

/// "user=a: 0", "user=a: 42 why".
inline std::vector<std::string> alter_quotas(TypedClient& client,
                                             const wire::AlterClientQuotasRequest& request,
                                             int16_t version = 1) {
  const auto answer = client.call<wire::AlterClientQuotasResponse>(request, version);
  if (!answer.has_value()) return {answer.error().text()};
  std::vector<std::string> lines;
  for (const auto& entry : answer->entries) {
    std::string& line = lines.emplace_back(entity_text(entry.entity) + ": ");
    line += std::to_string(static_cast<int>(entry.error_code));
    if (entry.error_message.has_value()) line += " " + *entry.error_message;
  }
  return lines;
}

/// Sets quotas of one entity; "" when that is done.
inline std::string set_quota(TypedClient& client, const QuotaEntity& entity,
                             const std::vector<QuotaOp>& ops) {
  wire::AlterClientQuotasRequest request;
  add_entry(request, entity, ops);
  const auto answer = client.call<wire::AlterClientQuotasResponse>(request, 1);
  if (!answer.has_value()) return answer.error().text();
  return answer->entries.at(0).error_message.value_or("");
}

inline void add_part(wire::DescribeClientQuotasRequest& request, const std::string& type,
                     int8_t match_type, std::optional<std::string> match) {
  auto& part = request.components.emplace_back();
  part.entity_type = type;
  part.match_type = match_type;
  part.match = std::move(match);
}

/// "user=a: producer_byte_rate=1000", …; or one line "42 why".
inline std::vector<std::string> describe_quotas(TypedClient& client,
                                                const wire::DescribeClientQuotasRequest& request,
                                                int16_t version = 1) {
  const auto answer = client.call<wire::DescribeClientQuotasResponse>(request, version);
  if (!answer.has_value()) return {answer.error().text()};
  if (!answer->entries.has_value()) {
    return {std::to_string(static_cast<int>(answer->error_code)) + " " +
            answer->error_message.value_or("null")};
  }
  std::vector<std::string> lines;
  for (const auto& entry : *answer->entries) {
    std::string& line = lines.emplace_back(entity_text(entry.entity) + ":");
    for (const auto& value : entry.values) line += fmt::format(" {}={}", value.key, value.value);
  }
  return lines;
}

}  // namespace kelp::test
