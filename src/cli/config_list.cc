// `kelp config list`.
#include <fmt/format.h>

#include <algorithm>

#include "cli/config_options.h"
#include "cli/config_report.h"
#include "cli/json_print.h"
#include "client/admin.h"
#include "wire/74_list_config_resources.h"

namespace kelp::cli {
namespace {

/// Those of `types`; of all types where there are none.
Result<std::set<ConfigResource>> list_resources(client::Cluster& cluster,
                                                const std::set<ResourceType>& types) {
  const client::Deadline deadline = cluster.deadline();
  const auto connection = cluster.any_broker(deadline);
  if (!connection.has_value()) return std::unexpected(connection.error());
  // Version 0 knows subscriptions to clients' metrics only, and would not say so.
  const auto response = client::ask<wire::ListConfigResourcesResponse>(
      **connection, wire::ListConfigResourcesRequest(), deadline, 1);
  if (!response.has_value()) return std::unexpected(response.error());
  if (response->error_code != ErrorCode::none) {
    return fail(ErrorKind::io, explain(response->error_code));
  }
  std::set<ConfigResource> resources;
  for (const auto& each : response->config_resources) {
    const auto type = static_cast<ResourceType>(each.resource_type);
    if (types.empty() || types.contains(type)) resources.insert({type, each.resource_name});
  }
  return resources;
}

}  // namespace

int list_configs(const ConfigListOptions& options) {
  std::set<ResourceType> types;
  for (const std::string& name : options.types) {
    const auto found = std::ranges::find_if(
        kResourceTypes, [&name](ResourceType type) { return name_of(type) == name; });
    if (found == kResourceTypes.end()) {
      return complain(kUsage, fmt::format("'{}' is no type of what has configurations", name));
    }
    types.insert(*found);
  }
  auto cluster = connect(options.cluster);
  if (!cluster.has_value()) return complain(cluster.error());
  const auto resources = list_resources(*cluster, types);
  if (!resources.has_value()) return complain(resources.error());
  if (options.cluster.json) {
    boost::json::array list;
    for (const ConfigResource& resource : *resources) list.push_back(resource_json(resource));
    print_json(list);
    return 0;
  }
  Table table({"RESOURCE", "NAME"});
  for (const ConfigResource& resource : *resources) {
    table.add({std::string(name_of(resource.type)), resource.name});
  }
  fmt::print("{}", table.text());
  return 0;
}

}  // namespace kelp::cli
