#include "cli/group.h"

namespace kelp::cli {
namespace {

/// May repeat, with one value each: what follows is not its.
void add_topics(CLI::App& app, std::vector<std::string>& topics) {
  app.add_option("--topic", topics, "A topic, or some of its partitions; may repeat")
      ->type_name("TOPIC[:P,…]")
      ->allow_extra_args(false);
}

}  // namespace

GroupCommand::GroupCommand(CLI::App& app)
    : group_(app.add_subcommand("group", "Look at consumer groups and change their offsets")) {
  group_->require_subcommand(1);
  group_->footer("Works with any Kafka cluster since 2.1, not only with Kelp.");
  add_list();
  add_describe();
  add_reset();
  add_delete_offsets();
  add_delete();
}

void GroupCommand::add_list() {
  list_ = group_->add_subcommand("list", "List the groups of every broker");
  list_
      ->add_option("--state", list_options_.states,
                   "Only those in one of these states: Stable, Empty, PreparingRebalance, "
                   "CompletingRebalance, Assigning, Reconciling, NotReady, Dead")
      ->type_name("STATE[,…]")
      ->delimiter(',')
      ->allow_extra_args(false);
  list_
      ->add_option("--type", list_options_.types,
                   "Only those of one of these types: classic, consumer, share, streams")
      ->type_name("TYPE[,…]")
      ->delimiter(',')
      ->allow_extra_args(false);
  add_cluster_options(*list_, list_options_.cluster);
}

void GroupCommand::add_describe() {
  GroupDescribeOptions& options = describe_options_;
  describe_ = group_->add_subcommand("describe", "Show offsets and lag, members, or the state");
  describe_->add_option("GROUP", options.groups, "Groups to describe");
  describe_->add_flag("--all", options.all, "Every consumer group of the cluster");
  describe_->add_flag("--offsets", options.offsets,
                      "Committed offsets, log ends and lag (the default)");
  describe_->add_flag("--members", options.members,
                      "Members; with --verbose what they are assigned");
  describe_->add_flag("--state", options.state, "State, coordinator and assignor");
  describe_->add_flag("--verbose", options.verbose,
                      "More columns: leader epoch, metadata, assignment, subscription, epochs");
  add_cluster_options(*describe_, options.cluster);
  describe_->footer("With --json and no section, all of them.");
}

void GroupCommand::add_delete() {
  delete_ = group_->add_subcommand("delete", "Delete groups that have no members");
  delete_->add_option("GROUP", delete_options_.groups, "Groups to delete")->required();
  add_cluster_options(*delete_, delete_options_.cluster);
}

void GroupCommand::add_delete_offsets() {
  GroupDeleteOffsetsOptions& options = delete_offsets_options_;
  delete_offsets_ =
      group_->add_subcommand("delete-offsets", "Forget a group's offsets of topics or partitions");
  delete_offsets_->add_option("GROUP", options.group, "The group")->required();
  add_topics(*delete_offsets_, options.topics);
  add_cluster_options(*delete_offsets_, options.cluster);
  delete_offsets_->footer("A topic to which a member of the group is subscribed is refused.");
}

void GroupCommand::add_reset() {
  GroupResetOptions& options = reset_options_;
  reset_ = group_->add_subcommand(
      "reset-offsets", "Move a group's offsets; shows what would change unless --execute is given");
  reset_->add_option("GROUP", options.group, "The group; it must have no members")->required();
  add_topics(*reset_, options.topics);
  reset_->add_flag("--all-topics", options.all_topics,
                   "Every partition of which the group has an offset");
  reset_->add_flag("--to-earliest", options.to_earliest, "To the first record");
  reset_->add_flag("--to-latest", options.to_latest, "Behind the last record");
  reset_->add_flag("--to-current", options.to_current,
                   "Stay; behind the last record where there is no offset");
  reset_->add_option("--to-offset", options.to_offset, "To this offset")->type_name("N");
  reset_->add_option("--shift-by", options.shift_by, "Forward by N records, or back by -N")
      ->type_name("N");
  reset_
      ->add_option("--to-datetime", options.to_datetime,
                   "To the first record at or after it: 2026-11-24T05:10:30.000, in UTC unless a "
                   "zone stands behind it")
      ->type_name("TIME");
  reset_
      ->add_option("--by-duration", options.by_duration,
                   "To the first record of so long ago: PnDTnHnMnS, such as PT15M")
      ->type_name("DURATION");
  reset_
      ->add_option("--from-file", options.from_file,
                   "To what a CSV file says, as --export writes it: topic,partition,offset")
      ->type_name("FILE");
  reset_->add_flag("--export", options.export_csv, "Print the plan as such a CSV file");
  CLI::Option* execute = reset_->add_flag("--execute", options.execute, "Commit the new offsets");
  reset_->add_flag("--dry-run", options.dry_run, "Only show them (the default)")->excludes(execute);
  add_cluster_options(*reset_, options.cluster);
  reset_->footer(
      "Choose one target, and --topic or --all-topics (not with --from-file). A target outside of "
      "a partition becomes its nearest end.");
}

int GroupCommand::run() const {
  if (list_->parsed()) return list_groups(list_options_);
  if (describe_->parsed()) return describe_groups(describe_options_);
  if (delete_->parsed()) return delete_groups(delete_options_);
  if (delete_offsets_->parsed()) return delete_group_offsets(delete_offsets_options_);
  return reset_group_offsets(reset_options_);
}

}  // namespace kelp::cli
