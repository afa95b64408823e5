// `kelp config list|describe|alter`: configurations of whatever has some.
#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/config_options.h"

namespace kelp::cli {
namespace {

void add_resource_options(CLI::App& command, ResourceOptions& options) {
  const auto add = [&command](const char* name, std::vector<std::string>& values,
                              const char* type_name, const char* description) {
    command.add_option(name, values, description)->type_name(type_name)->allow_extra_args(false);
  };
  add("--topic", options.topics, "TOPIC", "Of a topic; may repeat, as those below");
  add("--broker", options.brokers, "ID", "Of one broker");
  command.add_flag("--broker-defaults", options.broker_defaults,
                   "What holds for every broker that has no value of its own");
  add("--group", options.groups, "GROUP", "Of a consumer or share group");
  add("--client-metrics", options.client_metrics, "NAME", "Of a subscription to clients' metrics");
  add("--broker-logger", options.broker_loggers, "ID", "The log levels of one broker");
}

void add_list(CLI::App& config, Action& action) {
  CLI::App& command = *config.add_subcommand(
      "list", "List what has configurations; groups only where some were set");
  auto& options = make_action<ConfigListOptions>(command, action, list_configs);
  command
      .add_option("--type", options.types,
                  "Only of these types: topic, broker, broker-logger, client-metrics, group")
      ->type_name("TYPE[,…]")
      ->delimiter(',')
      ->allow_extra_args(false);
  add_cluster_options(command, options.cluster);
}

void add_describe(CLI::App& config, Action& action) {
  CLI::App& command = *config.add_subcommand(
      "describe", "Show what is configured, where it comes from, and the defaults");
  auto& options = make_action<ConfigDescribeOptions>(command, action, describe_configs);
  add_resource_options(command, options.resources);
  command.add_option("--key", options.keys, "Only this key, default or not; may repeat")
      ->type_name("KEY")
      ->allow_extra_args(false);
  command.add_flag("--all", options.all, "Also the keys that have their defaults");
  command.add_flag("--verbose", options.verbose,
                   "Types, keys that cannot be changed, and every value that could have been used");
  add_cluster_options(command, options.cluster);
}

void add_alter(CLI::App& config, Action& action) {
  CLI::App& command =
      *config.add_subcommand("alter", "Change configurations; all changes of a resource or none");
  auto& options = make_action<ConfigAlterOptions>(command, action, alter_configs);
  add_resource_options(command, options.resources);
  add_change_options(command, options.changes);
  command.add_flag("--dry-run", options.dry_run, "Only ask whether the cluster would allow it");
  add_cluster_options(command, options.cluster);
}

}  // namespace

Result<std::set<ConfigResource>> parse_resources(const ResourceOptions& options) {
  std::set<ConfigResource> resources;
  const auto add = [&resources](ResourceType type, const std::vector<std::string>& names) {
    for (const std::string& name : names) resources.insert({type, name});
  };
  add(ResourceType::topic, options.topics);
  add(ResourceType::group, options.groups);
  add(ResourceType::client_metrics, options.client_metrics);
  add(ResourceType::broker, options.brokers);
  add(ResourceType::broker_logger, options.broker_loggers);
  for (const ConfigResource& resource : resources) {
    const bool of_broker =
        resource.type == ResourceType::broker || resource.type == ResourceType::broker_logger;
    if (of_broker && !resource.broker_id().has_value()) {
      return fail(ErrorKind::invalid, fmt::format("'{}' is no id of a broker", resource.name));
    }
  }
  if (options.broker_defaults) resources.insert({ResourceType::broker, ""});
  if (resources.empty()) {
    return fail(ErrorKind::invalid,
                "of what? Give --topic, --broker, --broker-defaults, --group, --client-metrics or "
                "--broker-logger");
  }
  return resources;
}

void add_config_commands(CLI::App& app, Action& action) {
  CLI::App& config = *app.add_subcommand(
      "config", "Look at configurations of topics, brokers, groups, … and change them");
  config.require_subcommand(1);
  set_exit_code_footer(config);
  add_list(config, action);
  add_describe(config, action);
  add_alter(config, action);
  add_config_doctor_command(config, action);
}

}  // namespace kelp::cli
