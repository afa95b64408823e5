// DescribeConfigs, versions 0-4: the configuration of topics, brokers, groups and client metrics,
// entry by entry, and the level of the log.
//   v0 "is default" instead of a source   v1 sources, synonyms   v3 type, documentation   v4
//   flexible
// Reads the shard's cluster image. Errors per resource, with Kafka's words: 3 an unknown topic; 17
// its name; 42 another broker's id, an empty name, an unknown type.
#include <algorithm>

#include "base/log.h"
#include "broker/api/handlers.h"
#include "broker/broker.h"
#include "broker/config_orders.h"
#include "broker/logger_level.h"
#include "broker/topic_rules.h"
#include "config/broker_description.h"
#include "config/resource_config.h"

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

std::string fault_of_node(const Wanted& wanted, BrokerId asked) {
  const std::optional<int32_t> id = node_id_of(wanted.resource_name);
  if (!id.has_value()) {
    return "Broker id must be an integer, but it is: " + for_log(wanted.resource_name);
  }
  if (*id == asked.value()) return "";
  return fmt::format("Unexpected broker id, expected {}{} but received {}", asked,
                     wanted.resource_type == kBrokerResource ? " or empty string," : "", *id);
}

/// Why there is no such resource; "" if there may be.
std::string fault_of_resource(const Wanted& wanted, BrokerId asked) {
  const bool is_unnamed = wanted.resource_name.empty();
  switch (wanted.resource_type) {
    case kBrokerResource:
      return is_unnamed ? "" : fault_of_node(wanted, asked);
    case kLoggerResource:
      return is_unnamed ? "Broker id must not be empty" : fault_of_node(wanted, asked);
    case kClientMetricsResource:
      return is_unnamed ? "Client metrics subscription name must not be empty" : "";
    case kGroupResource:
      return is_unnamed ? "Group name must not be empty" : "";
    default:
      return fmt::format("Unknown resource type {}", wanted.resource_type);
  }
}

/// What a group or a subscription has of which nothing is set: the defaults, whatever its name.
std::vector<config::ConfigEntry> entries_of(const ClusterImage& image, const Wanted& wanted,
                                            BrokerId asked) {
  const config::Scope scope =
      wanted.resource_type == kGroupResource ? config::Scope::group : config::Scope::client_metrics;
  const ResourceName name{wanted.resource_type, wanted.resource_name};
  const auto found = image.resource_configs().find(name);
  const ConfigTexts none;
  return config::describe_resource_config(
      scope, found == image.resource_configs().end() ? none : found->second, *image.settings(),
      asked.value());
}

void describe_logger(Answer& answer, const Wanted& wanted) {
  if (!is_wanted(wanted, kRootLogger)) return;
  auto& config = answer.configs.emplace_back();
  config.name = kRootLogger;
  config.value = logger_level();
  config.config_source = static_cast<int8_t>(config::Source::broker_logger);
  config.documentation = "";
}

void describe_topic(Answer& answer, const ClusterImage& image, const Wanted& wanted,
                    const wire::DescribeConfigsRequest& request, BrokerId asked) {
  if (auto fault = fault_of_topic_name(wanted.resource_name)) {
    refuse(answer, ErrorCode::invalid_topic_exception, *std::move(fault));
  } else if (const TopicRef topic = image.find(wanted.resource_name)) {
    describe(answer,
             config::describe_topic_config(topic->overrides, *image.settings(), asked.value()),
             wanted, request);
  } else {
    refuse(answer, ErrorCode::unknown_topic_or_partition, "");
  }
}

Answer answer_to(const RequestContext& context, const Wanted& wanted,
                 const wire::DescribeConfigsRequest& request) {
  const ClusterImage& image = *context.broker.image();
  const BrokerId asked = context.broker.node_of(*context.peer);
  Answer answer;
  answer.resource_type = wanted.resource_type;
  answer.resource_name = wanted.resource_name;
  answer.error_message = "";
  if (wanted.resource_type == kTopicResource) {
    describe_topic(answer, image, wanted, request, asked);
    return answer;
  }
  if (std::string fault = fault_of_resource(wanted, asked); !fault.empty()) {
    refuse(answer, ErrorCode::invalid_request, std::move(fault));
  } else if (wanted.resource_type == kLoggerResource) {
    describe_logger(answer, wanted);
  } else if (wanted.resource_type == kBrokerResource) {
    const int32_t node = wanted.resource_name.empty() ? config::kEveryNode : asked.value();
    describe(answer, config::describe_broker_config(*image.settings(), node), wanted, request);
  } else {
    describe(answer, entries_of(image, wanted, asked), wanted, request);
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
