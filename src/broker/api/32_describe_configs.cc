// DescribeConfigs, versions 0-4: the configuration of topics and brokers, entry by entry.
//   v0 "is default" instead of a source   v1 sources, synonyms   v3 type, documentation   v4
//   flexible
// Reads the shard's cluster image. Errors per resource, with Kafka's words: 3 an unknown topic; 17
// its name; 42 another broker's id, or a type that is not served (groups, client metrics, loggers).
#include <algorithm>

#include "base/log.h"
#include "broker/api/handlers.h"
#include "broker/broker.h"
#include "broker/config_orders.h"
#include "broker/topic_rules.h"
#include "config/broker_description.h"

namespace kelp::broker {
namespace {

using Wanted = wire::DescribeConfigsRequest::DescribeConfigsResource;
using Answer = wire::DescribeConfigsResponse::DescribeConfigsResult;

void refuse(Answer& answer, ErrorCode error, std::string message) {
  answer.error_code = error;
  answer.error_message = std::move(message);
}

/// Null or none: all of them. Keys that nobody knows are left out.
bool is_wanted(const Wanted& wanted, std::string_view name) {
  const auto& keys = wanted.configuration_keys;
  return !keys.has_value() || keys->empty() || std::ranges::find(*keys, name) != keys->end();
}

void describe(Answer& answer, std::vector<config::ConfigEntry> entries, const Wanted& wanted,
              const wire::DescribeConfigsRequest& request) {
  for (config::ConfigEntry& entry : entries) {
    if (!is_wanted(wanted, entry.name())) continue;
    auto& config = answer.configs.emplace_back();
    config.name = entry.name();
    config.value = std::move(entry.value);
    config.read_only = entry.read_only();
    config.is_default = entry.source == config::Source::fallback;
    config.config_source = static_cast<int8_t>(entry.source);
    config.is_sensitive = entry.key->is_sensitive();
    config.config_type = static_cast<int8_t>(entry.key->type);
    if (request.include_documentation) config.documentation = config::documentation(*entry.key);
    if (!request.include_synonyms) continue;
    for (config::ConfigSynonym& synonym : entry.synonyms) {
      auto& one = config.synonyms.emplace_back();
      one.name = std::move(synonym.name);
      one.value = std::move(synonym.value);
      one.source = static_cast<int8_t>(synonym.source);
    }
  }
}

std::string fault_of_broker(const std::string& name, BrokerId asked) {
  const std::optional<int32_t> id = node_id_of(name);
  if (!id.has_value()) return "Broker id must be an integer, but it is: " + for_log(name);
  if (*id == asked.value()) return "";
  return fmt::format("Unexpected broker id, expected {} or empty string, but received {}", asked,
                     *id);
}

Answer answer_to(const RequestContext& context, const Wanted& wanted,
                 const wire::DescribeConfigsRequest& request) {
  const ClusterImage& image = *context.broker.image();
  const BrokerId asked = context.broker.node_of(*context.peer);
  const std::string& name = wanted.resource_name;
  Answer answer;
  answer.resource_type = wanted.resource_type;
  answer.resource_name = name;
  answer.error_message = "";
  if (wanted.resource_type == kTopicResource) {
    if (auto fault = fault_of_topic_name(name)) {
      refuse(answer, ErrorCode::invalid_topic_exception, *std::move(fault));
    } else if (const TopicRef topic = image.find(name)) {
      describe(answer,
               config::describe_topic_config(topic->overrides, *image.settings(), asked.value()),
               wanted, request);
    } else {
      refuse(answer, ErrorCode::unknown_topic_or_partition, "");
    }
  } else if (wanted.resource_type == kBrokerResource) {
    std::string fault = name.empty() ? "" : fault_of_broker(name, asked);
    const int32_t node = name.empty() ? config::kEveryNode : asked.value();
    if (!fault.empty()) {
      refuse(answer, ErrorCode::invalid_request, std::move(fault));
    } else {
      describe(answer, config::describe_broker_config(*image.settings(), node), wanted, request);
    }
  } else {
    refuse(answer, ErrorCode::invalid_request,
           fmt::format("Unknown resource type {}", wanted.resource_type));
  }
  return answer;
}

}  // namespace

wire::DescribeConfigsResponse describe_configs(RequestContext& context,
                                               wire::DescribeConfigsRequest request) {
  wire::DescribeConfigsResponse response;
  for (const Wanted& wanted : request.resources) {
    response.results.push_back(answer_to(context, wanted, request));
  }
  return response;
}

}  // namespace kelp::broker
