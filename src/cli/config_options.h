// What a person wrote behind `kelp config …`, as CLI11 fills it; and the commands themselves, which
// print and return the exit code.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "cli/cluster_options.h"
#include "cli/config_change.h"
#include "cli/config_resource.h"

namespace kelp::cli {

/// Whose configurations.
struct ResourceOptions {
  std::vector<std::string> topics;
  std::vector<std::string> brokers;
  std::vector<std::string> groups;
  std::vector<std::string> client_metrics;
  std::vector<std::string> broker_loggers;
  bool broker_defaults = false;
};

struct ConfigListOptions {
  ClusterOptions cluster;
  std::vector<std::string> types;
};

struct ConfigDescribeOptions {
  ClusterOptions cluster;
  ResourceOptions resources;
  std::vector<std::string> keys;
  bool all = false;
  bool verbose = false;
};

struct ConfigAlterOptions {
  ClusterOptions cluster;
  ResourceOptions resources;
  ConfigChangeOptions changes;
  bool dry_run = false;
};

/// At least one. Errors: invalid.
Result<std::set<ConfigResource>> parse_resources(const ResourceOptions& options);

int list_configs(const ConfigListOptions& options);
int describe_configs(const ConfigDescribeOptions& options);
int alter_configs(const ConfigAlterOptions& options);

}  // namespace kelp::cli
