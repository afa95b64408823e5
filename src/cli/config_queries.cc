#include "cli/config_queries.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "client/admin.h"
#include "wire/44_incremental_alter_configs.h"

namespace kelp::cli {
namespace {

using client::Cluster;
using client::Connection;
using client::Deadline;
using client::Fault;

/// Of one request: an answer with some fifty keys and their synonyms each stays within a frame.
constexpr size_t kResourcesPerRequest = 500;

using Resources = std::vector<ConfigResource>;
using AskSome = std::function<Result<void>(Connection&, const Resources&, Deadline)>;

/// Of `broker_id`, or of any broker. Errors: not_found.
Result<Connection*> connection_for(Cluster& cluster, std::optional<int32_t> broker_id,
                                   Deadline deadline) {
  if (!broker_id.has_value()) return cluster.any_broker(deadline);
  for (const client::Broker& broker : cluster.brokers()) {
    if (broker.id == *broker_id) return cluster.connection_to(client::Broker(broker), deadline);
  }
  return fail(ErrorKind::not_found, fmt::format("there is no broker {} now", *broker_id));
}

/// Calls `ask` for those of each broker, a bounded number at a time. A broker that is not there is
/// a fault of its resources.
Result<void> ask_each_broker(Cluster& cluster, const std::set<ConfigResource>& resources,
                             const AskSome& ask, ConfigFaults& faults) {
  std::map<std::optional<int32_t>, Resources> by_broker;
  faults = open_faults<ConfigResource>(resources);
  for (const ConfigResource& resource : resources) {
    by_broker[resource.broker_id()].push_back(resource);
  }
  for (const auto& [broker_id, its_resources] : by_broker) {
    const Deadline deadline = cluster.deadline();
    const auto connection = connection_for(cluster, broker_id, deadline);
    if (!connection.has_value()) {
      if (!broker_id.has_value()) return std::unexpected(connection.error());
      for (const ConfigResource& resource : its_resources) {
        faults[resource] =
            Fault{ErrorCode::broker_not_available, client::words_of(connection.error())};
      }
      continue;
    }
    for (size_t i = 0; i < its_resources.size(); i += kResourcesPerRequest) {
      const auto first = its_resources.begin() + static_cast<ptrdiff_t>(i);
      const size_t count = std::min(kResourcesPerRequest, its_resources.size() - i);
      const Resources some(first, first + static_cast<ptrdiff_t>(count));
      if (auto done = ask(**connection, some, deadline); !done.has_value()) return done;
    }
  }
  return {};
}

wire::DescribeConfigsRequest request_for(const ConfigQuestion& question, const Resources& some) {
  wire::DescribeConfigsRequest request;
  request.include_synonyms = question.synonyms;
  request.include_documentation = question.documentation;
  for (const ConfigResource& resource : some) {
    auto& asked = request.resources.emplace_back();
    asked.resource_type = static_cast<int8_t>(resource.type);
    asked.resource_name = resource.name;
    if (!question.keys.empty()) asked.configuration_keys = question.keys;
  }
  return request;
}

ConfigResource resource_of(const auto& answer) {
  return {static_cast<ResourceType>(answer.resource_type), answer.resource_name};
}

}  // namespace

Result<DescribedConfigs> describe_configs(Cluster& cluster, const ConfigQuestion& question) {
  DescribedConfigs described;
  const auto ask = [&](Connection& connection, const Resources& some,
                       Deadline deadline) -> Result<void> {
    // Version 0 does not say where a value comes from.
    auto response = client::ask<wire::DescribeConfigsResponse>(
        connection, request_for(question, some), deadline, 1);
    if (!response.has_value()) return std::unexpected(std::move(response.error()));
    for (auto& result : response->results) {
      const ConfigResource resource = resource_of(result);
      const bool asked =
          settle(described.faults, resource, result.error_code, result.error_message);
      if (!asked || result.error_code != ErrorCode::none) continue;
      std::ranges::sort(result.configs, {}, &ConfigEntry::name);
      described.found[resource] = std::move(result.configs);
    }
    return {};
  };
  const auto done = ask_each_broker(cluster, question.resources, ask, described.faults);
  if (!done.has_value()) return std::unexpected(done.error());
  return described;
}

Result<ConfigFaults> alter_configs(Cluster& cluster, const std::set<ConfigResource>& resources,
                                   const std::vector<ConfigChange>& changes, ApplyMode mode) {
  ConfigFaults faults;
  const auto ask = [&](Connection& connection, const Resources& some,
                       Deadline deadline) -> Result<void> {
    wire::IncrementalAlterConfigsRequest request;
    request.validate_only = mode == ApplyMode::validate_only;
    for (const ConfigResource& resource : some) {
      auto& altered = request.resources.emplace_back();
      altered.resource_type = static_cast<int8_t>(resource.type);
      altered.resource_name = resource.name;
      for (const ConfigChange& change : changes) {
        auto& config = altered.configs.emplace_back();
        config.name = change.key;
        config.config_operation = static_cast<int8_t>(change.operation);
        if (change.operation != ConfigOperation::remove) config.value = change.value;
      }
    }
    const auto response =
        client::ask<wire::IncrementalAlterConfigsResponse>(connection, request, deadline);
    if (!response.has_value()) return std::unexpected(response.error());
    for (const auto& answer : response->responses) {
      settle(faults, resource_of(answer), answer.error_code, answer.error_message);
    }
    return {};
  };
  const auto done = ask_each_broker(cluster, resources, ask, faults);
  if (!done.has_value()) return std::unexpected(done.error());
  return faults;
}

}  // namespace kelp::cli
