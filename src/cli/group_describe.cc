// `kelp group describe`.
#include <fmt/format.h>

#include <algorithm>

#include "cli/group_options.h"
#include "cli/group_queries.h"
#include "cli/group_report.h"
#include "cli/json_print.h"
#include "cli/terminal.h"

namespace kelp::cli {
namespace {

/// Everything that was found, before anything is printed.
struct Found {
  std::vector<std::string> groups;
  GroupAnswers<GroupDescription> descriptions;
  GroupAnswers<CommittedOffsets> committed;
  LogEnds ends;

  std::vector<OffsetRow> rows_of(const GroupDescription& group) const {
    const auto offsets = committed.found.find(group.group);
    return offset_rows(
        group, offsets == committed.found.end() ? CommittedOffsets() : offsets->second, ends);
  }
  const client::Fault* fault_of(const std::string& group) const {
    for (const auto* faults : {&descriptions.faults, &committed.faults}) {
      if (const auto fault = faults->find(group); fault != faults->end()) return &fault->second;
    }
    return nullptr;
  }
};

struct Sections {
  bool offsets;
  bool members;
  bool state;
};

/// Without a word: offsets for a person, everything for a program.
Sections sections_of(const GroupDescribeOptions& options) {
  const bool none = !options.offsets && !options.members && !options.state;
  const bool everything = none && options.cluster.json;
  return {options.offsets || none, options.members || everything, options.state || everything};
}

/// What has offsets: groups of consumers, not of the share or streams protocol.
Result<std::vector<std::string>> all_groups(client::Cluster& cluster) {
  const auto listed = list_groups(cluster);
  if (!listed.has_value()) return std::unexpected(listed.error());
  std::vector<std::string> groups;
  for (const ListedGroup& group : *listed) {
    if (group.type != "share" && group.type != "streams") groups.push_back(group.group);
  }
  return groups;
}

Result<void> find_offsets(client::Cluster& cluster, Found& found) {
  std::vector<std::string> groups;
  for (const auto& [group, description] : found.descriptions.found) groups.push_back(group);
  auto committed = committed_offsets(cluster, groups);
  if (!committed.has_value()) return std::unexpected(std::move(committed.error()));
  found.committed = *std::move(committed);
  std::map<client::TopicPartition, int64_t> wanted;
  for (const auto& [group, description] : found.descriptions.found) {
    for (const auto& at : partitions_of(description, found.committed.found[group])) {
      wanted[at] = client::kLatest;
    }
  }
  auto ends = cluster.find_offsets(wanted);
  if (!ends.has_value()) return std::unexpected(std::move(ends.error()));
  found.ends = *std::move(ends);
  return {};
}

Result<Found> find(const GroupDescribeOptions& options, const Sections& sections) {
  auto cluster = connect(options.cluster);
  if (!cluster.has_value()) return std::unexpected(std::move(cluster.error()));
  Found found;
  found.groups = options.groups;
  if (options.all) {
    auto groups = all_groups(*cluster);
    if (!groups.has_value()) return std::unexpected(std::move(groups.error()));
    found.groups = *std::move(groups);
  }
  auto descriptions = describe_groups(*cluster, found.groups);
  if (!descriptions.has_value()) return std::unexpected(std::move(descriptions.error()));
  found.descriptions = *std::move(descriptions);
  if (!sections.offsets) return found;
  if (auto done = find_offsets(*cluster, found); !done.has_value()) {
    return std::unexpected(std::move(done.error()));
  }
  return found;
}

void print_described(const Found& found, const Sections& sections) {
  boost::json::array list;
  for (const std::string& name : found.groups) {
    boost::json::object each{{"group", name}};
    const client::Fault* fault = found.fault_of(name);
    const auto group = found.descriptions.found.find(name);
    if (group != found.descriptions.found.end()) {
      each = group_json(group->second);
      if (sections.members) each["members"] = members_json(group->second);
      if (sections.offsets && fault == nullptr) {
        each["offsets"] = offsets_json(found.rows_of(group->second));
      }
    }
    each["error"] = error_json(fault);
    list.push_back(std::move(each));
  }
  print_json(list);
}

/// What a table does not say.
void print_remark(const GroupDescription& group) {
  const std::string name = for_terminal(group.group);
  if (group.members.empty()) {
    fmt::print(stderr, "Group '{}' has no active members.\n", name);
  } else if (group.state != "Stable") {
    fmt::print(stderr, "Group '{}' is rebalancing ({}): assignments are not known yet.\n", name,
               for_terminal(group.state));
  }
}

void print_tables(const Found& found, const Sections& sections, bool verbose) {
  Table state = state_table(verbose);
  Table members = members_table(verbose);
  Table offsets = offsets_table(verbose);
  for (const std::string& name : found.groups) {
    const auto group = found.descriptions.found.find(name);
    if (group == found.descriptions.found.end()) continue;
    print_remark(group->second);
    add_state(state, group->second, verbose);
    add_members(members, group->second, verbose);
    if (sections.offsets)
      add_offsets(offsets, group->second, found.rows_of(group->second), verbose);
  }
  std::string text;
  const auto add = [&text](bool wanted, const Table& table) {
    if (!wanted || table.empty()) return;
    if (!text.empty()) text += '\n';
    text += table.text();
  };
  add(sections.state, state);
  add(sections.members, members);
  add(sections.offsets, offsets);
  fmt::print("{}", text);
}

}  // namespace

int describe_groups(const GroupDescribeOptions& options) {
  if (options.all != options.groups.empty()) {
    return complain(kUsage, "describe which groups? Name them, or give --all");
  }
  const Sections sections = sections_of(options);
  const auto found = find(options, sections);
  if (!found.has_value()) return complain(found.error());
  if (options.cluster.json) {
    print_described(*found, sections);
  } else {
    print_tables(*found, sections, options.verbose);
  }
  int exit_code = 0;
  for (const std::string& group : found->groups) {
    const client::Fault* fault = found->fault_of(group);
    if (fault == nullptr) continue;
    exit_code = complain(kFailure, fmt::format("group '{}': {}", group, explain(*fault)));
  }
  return exit_code;
}

}  // namespace kelp::cli
