// `kelp group list|describe|reset-offsets|delete-offsets|delete`: consumer groups.
#include "cli/commands.h"
#include "cli/group_options.h"

namespace kelp::cli {
namespace {

/// May repeat, with one value each: what follows is not its.
void add_topics(CLI::App& app, std::vector<std::string>& topics) {
  app.add_option("--topic", topics, "A topic, or some of its partitions; may repeat")
      ->type_name("TOPIC[:P,…]")
      ->allow_extra_args(false);
}

void add_list(CLI::App& group, Action& action) {
  CLI::App& command = *group.add_subcommand("list", "List the groups of every broker");
  auto& options = make_action<GroupListOptions>(command, action, list_groups);
  command
      .add_option("--state", options.states,
                  "Only those in one of these states: Stable, Empty, PreparingRebalance, "
                  "CompletingRebalance, Assigning, Reconciling, NotReady, Dead")
      ->type_name("STATE[,…]")
      ->delimiter(',')
      ->allow_extra_args(false);
  command
      .add_option("--type", options.types,
                  "Only those of one of these types: classic, consumer, share, streams")
      ->type_name("TYPE[,…]")
      ->delimiter(',')
      ->allow_extra_args(false);
  add_cluster_options(command, options.cluster);
}

void add_describe(CLI::App& group, Action& action) {
  CLI::App& command =
      *group.add_subcommand("describe", "Show offsets and lag, members, or the state");
  auto& options = make_action<GroupDescribeOptions>(command, action, describe_groups);
  command.add_option("GROUP", options.groups, "Groups to describe");
  command.add_flag("--all", options.all, "Every consumer group of the cluster");
  command.add_flag("--offsets", options.offsets,
                   "Committed offsets, log ends and lag (the default)");
  command.add_flag("--members", options.members, "Members; with --verbose what they are assigned");
  command.add_flag("--state", options.state, "State, coordinator and assignor");
  command.add_flag("--verbose", options.verbose,
                   "More columns: leader epoch, metadata, assignment, subscription, epochs");
  add_cluster_options(command, options.cluster);
  command.footer("With --json and no section, all of them.");
}

void add_delete(CLI::App& group, Action& action) {
  CLI::App& command = *group.add_subcommand("delete", "Delete groups that have no members");
  auto& options = make_action<GroupDeleteOptions>(command, action, delete_groups);
  command.add_option("GROUP", options.groups, "Groups to delete")->required();
  add_cluster_options(command, options.cluster);
}

void add_delete_offsets(CLI::App& group, Action& action) {
  CLI::App& command =
      *group.add_subcommand("delete-offsets", "Forget a group's offsets of topics or partitions");
  auto& options = make_action<GroupDeleteOffsetsOptions>(command, action, delete_group_offsets);
  command.add_option("GROUP", options.group, "The group")->required();
  add_topics(command, options.topics);
  add_cluster_options(command, options.cluster);
  command.footer("A topic to which a member of the group is subscribed is refused.");
}

void add_reset(CLI::App& group, Action& action) {
  CLI::App& command = *group.add_subcommand(
      "reset-offsets", "Move a group's offsets; shows what would change unless --execute is given");
  auto& options = make_action<GroupResetOptions>(command, action, reset_group_offsets);
  command.add_option("GROUP", options.group, "The group; it must have no members")->required();
  add_topics(command, options.topics);
  command.add_flag("--all-topics", options.all_topics,
                   "Every partition of which the group has an offset");
  command.add_flag("--to-earliest", options.to_earliest, "To the first record");
  command.add_flag("--to-latest", options.to_latest, "Behind the last record");
  command.add_flag("--to-current", options.to_current,
                   "Stay; behind the last record where there is no offset");
  command.add_option("--to-offset", options.to_offset, "To this offset")->type_name("N");
  command.add_option("--shift-by", options.shift_by, "Forward by N records, or back by -N")
      ->type_name("N");
  command
      .add_option("--to-datetime", options.to_datetime,
                  "To the first record at or after it: 2026-11-24T05:10:30.000, in UTC unless a "
                  "zone stands behind it")
      ->type_name("TIME");
  command
      .add_option("--by-duration", options.by_duration,
                  "To the first record of so long ago: PnDTnHnMnS, such as PT15M")
      ->type_name("DURATION");
  command
      .add_option("--from-file", options.from_file,
                  "To what a CSV file says, as --export writes it: topic,partition,offset")
      ->type_name("FILE");
  command.add_flag("--export", options.export_csv, "Print the plan as such a CSV file");
  CLI::Option* execute = command.add_flag("--execute", options.execute, "Commit the new offsets");
  command.add_flag("--dry-run", options.dry_run, "Only show them (the default)")->excludes(execute);
  add_cluster_options(command, options.cluster);
  command.footer(
      "Choose one target, and --topic or --all-topics (not with --from-file). A target outside of "
      "a partition becomes its nearest end.");
}

}  // namespace

void add_group_commands(CLI::App& app, Action& action) {
  CLI::App& group =
      *app.add_subcommand("group", "Look at consumer groups and change their offsets");
  group.require_subcommand(1);
  set_exit_code_footer(group);
  add_list(group, action);
  add_describe(group, action);
  add_reset(group, action);
  add_delete_offsets(group, action);
  add_delete(group, action);
}

}  // namespace kelp::cli
