// What is asked of a cluster about configurations. Blocking; see client/cluster.h.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/config_resource.h"
#include "cli/open_faults.h"
#include "client/cluster.h"
#include "wire/32_describe_configs.h"

namespace kelp::cli {

using ConfigEntry = wire::DescribeConfigsResponse::DescribeConfigsResourceResult;
/// Resources without an answer, or that were not changed.
using ConfigFaults = Faults<ConfigResource>;

struct DescribedConfigs {
  std::map<ConfigResource, std::vector<ConfigEntry>> found;  // by key
  ConfigFaults faults;
};

struct ConfigQuestion {
  std::set<ConfigResource> resources;
  std::vector<std::string> keys;  // empty: all
  bool synonyms = false;
  bool documentation = false;
};

/// Each resource has an answer or a fault; brokers are asked themselves.
Result<DescribedConfigs> describe_configs(client::Cluster& cluster, const ConfigQuestion& question);

/// Numbers of the protocol's config_operation.
enum class ConfigOperation : int8_t { set = 0, remove = 1, append = 2, subtract = 3 };

struct ConfigChange {
  std::string key;
  ConfigOperation operation = ConfigOperation::set;
  std::string value;  // not of remove
};

enum class ApplyMode : uint8_t { apply, validate_only };

/// The same changes for each resource, all of them or none. Needs Kafka 2.3 or later.
Result<ConfigFaults> alter_configs(client::Cluster& cluster,
                                   const std::set<ConfigResource>& resources,
                                   const std::vector<ConfigChange>& changes, ApplyMode mode);

}  // namespace kelp::cli
