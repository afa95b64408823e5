#include "broker/config_orders.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/log.h"
#include "config/resource_config.h"
#include "wire/utf8.h"

namespace kelp::broker {
namespace {

std::string fault_of_node(const ConfigOrder& order, BrokerId asked) {
  const auto id = node_id_of(order.resource_name);
  if (!id.has_value()) {
    return "Node id must be an integer, but it is: " + for_log(order.resource_name);
  }
  if (*id == asked.value()) return "";
  return order.resource_type == kLoggerResource
             ? fmt::format("Unexpected node id. Expected {}, but received {}", asked, *id)
             : fmt::format("Unexpected broker id, expected {}, but received {}", asked, *id);
}

std::string fault_of_resource(const ConfigOrder& order, BrokerId asked) {
  const bool is_unnamed = order.resource_name.empty();
  switch (order.resource_type) {
    case kTopicResource:
      return is_unnamed ? "Default topic resources are not allowed." : "";
    case kGroupResource:
      return is_unnamed ? "Default group resources are not allowed." : "";
    case kClientMetricsResource:
      return is_unnamed ? "Subscription name can't be empty" : "";
    case kBrokerResource:
      return is_unnamed ? "" : fault_of_node(order, asked);
    case kLoggerResource:
      if (!order.replaces_all) return fault_of_node(order, asked);
      break;
    default:
      break;
  }
  return fmt::format("Unknown resource type {}", order.resource_type);
}

std::string fault_of_changes(const ConfigOrder& order) {
  std::vector<std::string_view> nulls;
  std::set<std::string_view> keys;
  for (const ConfigChange& change : order.changes) {
    keys.insert(change.key);
    if (change.operation != ConfigOperation::remove && !change.value.has_value()) {
      nulls.push_back(change.key);
    }
  }
  if (!nulls.empty()) {
    return fmt::format("Null value not supported for : {}", fmt::join(nulls, ","));
  }
  return keys.size() < order.changes.size() ? "Error due to duplicate config keys" : "";
}

config::Scope scope_of(const ConfigOrder& order) {
  switch (order.resource_type) {
    case kTopicResource:
      return config::Scope::topic;
    case kGroupResource:
      return config::Scope::group;
    case kClientMetricsResource:
      return config::Scope::client_metrics;
    default:
      return config::Scope::broker;
  }
}

/// As in Kafka, where what client metrics have is only lists for those who read them.
bool is_list(const ConfigOrder& order, const ConfigChange& change) {
  const config::Key* key = config::find_key(scope_of(order), change.key);
  return key != nullptr && key->type == config::Type::list &&
         order.resource_type != kClientMetricsResource;
}

Verdict not_a_list(const ConfigOrder& order, const ConfigChange& change) {
  if (order.resource_type == kBrokerResource) {
    return refused(ErrorCode::invalid_config,
                   "Config value append is not allowed for config key: " + for_log(change.key));
  }
  const std::string_view verb = change.operation == ConfigOperation::append ? "APPEND" : "SUBTRACT";
  return refused(
      ErrorCode::invalid_config,
      fmt::format("Can't {} to key {} because its type is not LIST.", verb, for_log(change.key)));
}

std::string with_list_change(std::string_view present, const ConfigChange& change) {
  std::vector<std::string_view> parts = config::list_items(present);
  for (const std::string_view part : config::list_items(*change.value)) {
    const auto at = std::ranges::find(parts, part);
    if (change.operation == ConfigOperation::subtract) {
      if (at != parts.end()) parts.erase(at);
    } else if (at == parts.end()) {
      parts.push_back(part);
    }
  }
  return fmt::format("{}", fmt::join(parts, ","));
}

}  // namespace

void refuse_faulty(std::vector<ConfigOrder>& orders, BrokerId asked) {
  std::map<std::pair<int8_t, std::string_view>, int> named;
  for (const ConfigOrder& order : orders) ++named[{order.resource_type, order.resource_name}];
  for (ConfigOrder& order : orders) {
    std::string fault;
    if (named[{order.resource_type, order.resource_name}] > 1) {
      fault = "Each resource must appear at most once.";
    }
    if (fault.empty()) fault = fault_of_changes(order);
    if (fault.empty()) fault = fault_of_resource(order, asked);
    if (fault.empty()) continue;
    order.settled = refused(ErrorCode::invalid_request, std::move(fault));
  }
}

int32_t node_of_resource(const std::string& resource_name) {
  return node_id_of(resource_name).value_or(config::kEveryNode);
}

std::expected<ConfigTexts, Verdict> altered(
    const ConfigOrder& order, const ConfigTexts& present,
    const std::function<std::string(const config::Key&)>& in_force) {
  ConfigTexts texts = order.replaces_all ? ConfigTexts() : present;
  for (const ConfigChange& change : order.changes) {
    switch (change.operation) {
      case ConfigOperation::set:
        // A document holds only UTF-8.
        texts[change.key] = wire::valid_utf8(*change.value);
        continue;
      case ConfigOperation::remove:
        texts.erase(change.key);
        continue;
      case ConfigOperation::append:
      case ConfigOperation::subtract: {
        if (!is_list(order, change)) return std::unexpected(not_a_list(order, change));
        const auto own = texts.find(change.key);
        const std::string now = own != texts.end()
                                    ? own->second
                                    : in_force(*config::find_key(scope_of(order), change.key));
        texts[change.key] = wire::valid_utf8(with_list_change(now, change));
        continue;
      }
    }
    return std::unexpected(
        refused(ErrorCode::invalid_request,
                fmt::format("Unknown config operation {}", static_cast<int>(change.operation))));
  }
  return texts;
}

Verdict judge_broker_texts(const config::BrokerSettings& settings, int32_t node_id,
                           const ConfigTexts& texts) {
  std::vector<std::string_view> fixed;
  for (const auto& [name, text] : texts) {
    const config::Key* key = config::find_key(config::Scope::broker, name);
    if (key == nullptr) {
      return refused(ErrorCode::invalid_config, "Unknown broker config name: " + for_log(name));
    }
    if (!key->is_dynamic) fixed.push_back(name);
  }
  if (!fixed.empty()) {
    return refused(
        ErrorCode::invalid_request,
        fmt::format("Cannot update these configs dynamically: [{}]", fmt::join(fixed, ", ")));
  }
  config::BrokerSettings scratch = settings;
  for (const auto& [name, text] : texts) {
    auto set = scratch.set_dynamic(node_id, name, text);
    if (!set.has_value()) return refused(ErrorCode::invalid_request, std::move(set.error().what));
  }
  return {};
}

Verdict judge_resource_texts(const config::BrokerSettings& settings, int8_t resource_type,
                             const ConfigTexts& texts) {
  if (resource_type == kGroupResource) {
    auto good = config::check_group_config(texts, settings);
    return good ? Verdict() : refused(ErrorCode::invalid_config, std::move(good.error().what));
  }
  config::ClientMetricsCheck check = config::check_client_metrics(texts);
  switch (check.fault) {
    case config::ClientMetricsFault::none:
      return {};
    case config::ClientMetricsFault::bad_request:
      return refused(ErrorCode::invalid_request, std::move(check.message));
    case config::ClientMetricsFault::bad_config:
      return refused(ErrorCode::invalid_config, std::move(check.message));
  }
  return {};
}

}  // namespace kelp::broker
