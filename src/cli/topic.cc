// `kelp topic list|describe|create|alter|delete|trim`.
#include <limits>

#include "cli/commands.h"
#include "cli/topic_options.h"

namespace kelp::cli {
namespace {

void add_matching(CLI::App& command, std::vector<std::string>& patterns) {
  command
      .add_option("--matching", patterns,
                  "Topics whose whole name matches a regular expression; may repeat")
      ->type_name("REGEX")
      ->allow_extra_args(false);
}

void add_health_filters(CLI::App& command, PartitionFilter& filter) {
  command.add_flag("--unavailable", filter.unavailable, "Only where a partition has no leader");
  command.add_flag("--under-replicated", filter.under_replicated,
                   "Only where a replica is not in sync");
}

CLI::Option* add_partitions(CLI::App& command, std::optional<int32_t>& partitions,
                            const char* description) {
  return command.add_option("-p,--partitions", partitions, description)
      ->type_name("N")
      ->check(CLI::Range(1, std::numeric_limits<int32_t>::max()));
}

CLI::Option* add_assignment(CLI::App& command, std::string& assignment) {
  return command
      .add_option("--replica-assignment", assignment,
                  "Brokers of each new partition, the preferred leader first: 1:2,2:3")
      ->type_name("ID[:ID…][,…]");
}

void add_list(CLI::App& topic, Action& action) {
  CLI::App& command = *topic.add_subcommand("list", "List topics");
  auto& options = make_action<TopicListOptions>(command, action, list_topics);
  add_matching(command, options.choice.matching);
  command.add_flag("--exclude-internal", options.choice.exclude_internal,
                   "Not the cluster's own, such as __consumer_offsets");
  add_health_filters(command, options.filter);
  command.add_flag("--verbose", options.verbose, "The ids too");
  add_cluster_options(command, options.cluster);
}

void add_describe(CLI::App& topic, Action& action) {
  CLI::App& command = *topic.add_subcommand(
      "describe", "Show partitions, leaders, replicas, and the configurations that were set");
  auto& options = make_action<TopicDescribeOptions>(command, action, describe_topics);
  command.add_option("TOPIC", options.choice.names, "Topics to describe");
  add_matching(command, options.choice.matching);
  command.add_option("--id", options.choice.ids, "The topic with this id; may repeat")
      ->type_name("ID")
      ->allow_extra_args(false);
  command.add_flag("--all", options.choice.all, "Every topic of the cluster");
  command.add_flag("--exclude-internal", options.choice.exclude_internal,
                   "Of --all and --matching, not the cluster's own");
  command.add_flag("--offsets", options.offsets, "Where the log of each partition starts and ends");
  add_health_filters(command, options.filter);
  command.add_flag("--at-min-isr", options.filter.at_min_isr,
                   "Only partitions with no more replicas in sync than min.insync.replicas");
  command.add_flag("--under-min-isr", options.filter.under_min_isr, "Only partitions with fewer");
  command.add_flag("--with-overrides", options.with_overrides,
                   "Only topics that have configurations of their own");
  add_cluster_options(command, options.cluster);
}

void add_create(CLI::App& topic, Action& action) {
  CLI::App& command = *topic.add_subcommand("create", "Create topics");
  auto& options = make_action<TopicCreateOptions>(command, action, create_topics);
  command.add_option("TOPIC", options.topics, "Topics to create")->required();
  auto* partitions =
      add_partitions(command, options.partitions, "How many; else the cluster's num.partitions");
  auto* replication =
      command
          .add_option("-r,--replication-factor", options.replication_factor,
                      "Copies of each partition; else the cluster's default.replication.factor")
          ->type_name("N")
          ->check(CLI::Range(1, int{std::numeric_limits<int16_t>::max()}));
  add_assignment(command, options.replica_assignment)->excludes(partitions)->excludes(replication);
  command.add_option("-c,--config", options.configs, "A configuration of the topic; may repeat")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command.add_flag("--if-not-exists", options.if_not_exists, "A topic that exists is no failure");
  command.add_flag("--dry-run,--validate-only", options.dry_run,
                   "Only ask whether the cluster would create it");
  add_cluster_options(command, options.cluster);
}

void add_alter(CLI::App& topic, Action& action) {
  CLI::App& command =
      *topic.add_subcommand("alter", "Give topics more partitions, change their configurations");
  auto& options = make_action<TopicAlterOptions>(command, action, alter_topics);
  command.add_option("TOPIC", options.topics, "Topics to change")->required();
  add_partitions(command, options.partitions, "How many it has then, all in all");
  add_assignment(command, options.replica_assignment);
  add_change_options(command, options.changes);
  command.add_flag("--if-exists", options.if_exists, "A topic that does not exist is no failure");
  command.add_flag("--dry-run,--validate-only", options.dry_run,
                   "Only ask whether the cluster would allow it");
  add_cluster_options(command, options.cluster);
}

void add_delete(CLI::App& topic, Action& action) {
  CLI::App& command = *topic.add_subcommand("delete", "Delete topics with all their records");
  auto& options = make_action<TopicDeleteOptions>(command, action, delete_topics);
  command.add_option("TOPIC", options.topics, "Topics to delete");
  add_matching(command, options.matching);
  command.add_flag("--if-exists", options.if_exists, "A topic that does not exist is no failure");
  command.add_flag("--dry-run", options.dry_run, "Only show what would be deleted");
  add_cluster_options(command, options.cluster);
}

void add_trim(CLI::App& topic, Action& action) {
  CLI::App& command = *topic.add_subcommand("trim", "Delete the oldest records of partitions");
  auto& options = make_action<TopicTrimOptions>(command, action, trim_topics);
  command.add_option("TOPIC", options.topics, "Topics, or some of their partitions: TOPIC:0,3")
      ->required();
  command.add_option("--before", options.before, "The records before this offset")
      ->type_name("OFFSET")
      ->check(CLI::Range(int64_t{0}, std::numeric_limits<int64_t>::max()));
  command.add_flag("--to-latest", options.to_latest, "All records that there are now");
  command
      .add_option("--to-datetime", options.to_datetime,
                  "The records before the first one at or after it: 2026-11-24T05:10:30.000, in "
                  "UTC unless a zone stands behind it")
      ->type_name("TIME");
  command
      .add_option("--by-duration", options.by_duration,
                  "The records that are older: PnDTnHnMnS, such as P7D or PT15M")
      ->type_name("DURATION");
  command.add_flag("--dry-run", options.dry_run, "Only show what would be deleted");
  add_cluster_options(command, options.cluster);
}

}  // namespace

void add_topic_commands(CLI::App& app, Action& action) {
  CLI::App& topic = *app.add_subcommand("topic", "Look at topics, create, change, delete them");
  topic.require_subcommand(1);
  set_exit_code_footer(topic);
  add_list(topic, action);
  add_describe(topic, action);
  add_create(topic, action);
  add_alter(topic, action);
  add_delete(topic, action);
  add_trim(topic, action);
}

}  // namespace kelp::cli
