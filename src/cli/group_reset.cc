// `kelp group reset-offsets`.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "cli/group_options.h"
#include "cli/group_queries.h"
#include "cli/group_report.h"
#include "cli/json_print.h"
#include "cli/named_partitions.h"
#include "cli/offsets_csv.h"
#include "cli/reset_plan.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/text_file.h"
#include "cli/time_text.h"
#include "cli/topic_spec.h"

namespace kelp::cli {
namespace {

using client::TopicPartition;
using Offsets = std::map<TopicPartition, int64_t>;

/// What the options mean.
struct Reset {
  ResetTarget target;
  std::vector<TopicSpec> topics;  // empty: all of the group, or those of the file
  Offsets file;
};

Result<Offsets> read_file(const std::string& path, const std::string& group) {
  auto text = read_text_file(path);
  if (!text.has_value()) {
    text.error().kind = ErrorKind::invalid;  // what the person wrote
    return std::unexpected(std::move(text.error()));
  }
  auto offsets = parse_offsets_csv(*text, group);
  if (!offsets.has_value()) offsets.error().what = path + ": " + offsets.error().what;
  return offsets;
}

/// Errors: invalid, unless exactly one target is given.
Result<ResetKind> kind_of(const GroupResetOptions& options) {
  const std::pair<bool, ResetKind> given[] = {
      {options.to_earliest, ResetKind::earliest},
      {options.to_latest, ResetKind::latest},
      {options.to_current, ResetKind::current},
      {options.to_offset.has_value(), ResetKind::offset},
      {options.shift_by.has_value(), ResetKind::shift},
      {!options.to_datetime.empty(), ResetKind::time},
      {!options.by_duration.empty(), ResetKind::time},
      {!options.from_file.empty(), ResetKind::file},
  };
  std::optional<ResetKind> kind;
  bool several = false;
  for (const auto& [is_given, its_kind] : given) {
    if (!is_given) continue;
    several = several || kind.has_value();
    kind = its_kind;
  }
  if (kind.has_value() && !several) return *kind;
  return fail(ErrorKind::invalid,
              "give one of --to-earliest, --to-latest, --to-current, --to-offset, --shift-by, "
              "--to-datetime, --by-duration, --from-file");
}

Result<int64_t> value_of(const GroupResetOptions& options) {
  if (options.to_offset.has_value()) return *options.to_offset;
  if (options.shift_by.has_value()) return *options.shift_by;
  if (options.to_datetime.empty() && options.by_duration.empty()) return 0;
  return parse_time(options.to_datetime, options.by_duration);
}

Result<Reset> parse(const GroupResetOptions& options) {
  Reset reset;
  const auto kind = kind_of(options);
  if (!kind.has_value()) return std::unexpected(kind.error());
  const auto value = value_of(options);
  if (!value.has_value()) return std::unexpected(value.error());
  if (*kind != ResetKind::shift && *value < 0) {
    return fail(ErrorKind::invalid, "offsets and times are not negative");
  }
  reset.target = ResetTarget{*kind, *value};
  auto specs = parse_topic_specs(options.topics);
  if (!specs.has_value()) return std::unexpected(std::move(specs.error()));
  reset.topics = *std::move(specs);
  if (*kind == ResetKind::file) {
    if (options.all_topics || !reset.topics.empty()) {
      return fail(ErrorKind::invalid, "--from-file says itself of which partitions");
    }
    auto offsets = read_file(options.from_file, options.group);
    if (!offsets.has_value()) return std::unexpected(std::move(offsets.error()));
    reset.file = *std::move(offsets);
  } else if (options.all_topics == !reset.topics.empty()) {
    return fail(ErrorKind::invalid,
                "of which partitions? Give --topic TOPIC[:P,…] or --all-topics");
  }
  return reset;
}

/// The group's offsets, where the group may be reset. Nothing there is as good as empty: a commit
/// makes the group.
Result<CommittedOffsets> current_offsets(client::Cluster& cluster, const std::string& group) {
  const auto described = describe_groups(cluster, {group});
  if (!described.has_value()) return std::unexpected(described.error());
  for (const auto& [name, fault] : described->faults) {
    if (fault.code == ErrorCode::group_id_not_found) continue;
    return fail(ErrorKind::conflict, fmt::format("group '{}': {}", group, explain(fault)));
  }
  for (const auto& [name, description] : described->found) {
    if (description.members.empty() && description.state == "Empty") continue;
    return fail(ErrorKind::conflict,
                fmt::format("group '{}' is {} and has active members ({}); offsets can be reset "
                            "only while it has none: stop its consumers first",
                            group, description.state, description.members.size()));
  }
  auto committed = committed_offsets(cluster, {group});
  if (!committed.has_value()) return std::unexpected(std::move(committed.error()));
  for (const auto& [name, fault] : committed->faults) {
    return fail(ErrorKind::conflict, fmt::format("group '{}': {}", group, explain(fault)));
  }
  return std::move(committed->found[group]);
}

Result<std::vector<PlannedReset>> plan(client::Cluster& cluster, const std::string& group,
                                       const Reset& reset) {
  const auto current = current_offsets(cluster, group);
  if (!current.has_value()) return std::unexpected(current.error());
  std::set<TopicPartition> partitions;
  if (!reset.topics.empty()) {
    auto of_topics = partitions_of(cluster, reset.topics);
    if (!of_topics.has_value()) return std::unexpected(std::move(of_topics.error()));
    partitions = *std::move(of_topics);
  } else if (reset.target.kind == ResetKind::file) {
    for (const auto& [at, offset] : reset.file) partitions.insert(at);
  } else {
    for (const auto& [at, offset] : *current) partitions.insert(at);
    if (partitions.empty()) {
      return fail(ErrorKind::not_found,
                  fmt::format("group '{}' has no offsets; name the topics with --topic", group));
    }
  }
  const auto earliest = offsets_at(cluster, partitions, client::kEarliest);
  if (!earliest.has_value()) return std::unexpected(earliest.error());
  const auto latest = offsets_at(cluster, partitions, client::kLatest);
  if (!latest.has_value()) return std::unexpected(latest.error());
  Offsets in_place;
  if (reset.target.kind == ResetKind::time) {
    auto found = offsets_at(cluster, partitions, reset.target.value);
    if (!found.has_value()) return std::unexpected(std::move(found.error()));
    in_place = *std::move(found);
  }
  std::map<TopicPartition, PartitionOffsets> known;
  for (const TopicPartition& at : partitions) {
    PartitionOffsets& offsets = known[at];
    offsets.earliest = earliest->at(at);
    offsets.latest = latest->at(at);
    if (const auto found = current->find(at); found != current->end()) {
      offsets.current = found->second.offset;
    }
    // -1: no record is as late.
    const auto found = in_place.find(at);
    if (found != in_place.end() && found->second >= 0) offsets.in_place = found->second;
    if (const auto line = reset.file.find(at); line != reset.file.end()) {
      offsets.in_place = line->second;
    }
  }
  return plan_reset(reset.target, known);
}

void print(const std::vector<PlannedReset>& plan, const PartitionErrors& errors,
           const GroupResetOptions& options) {
  Table table({"GROUP", "TOPIC", "PARTITION", "CURRENT-OFFSET", "NEW-OFFSET"});
  boost::json::array list;
  Offsets offsets;
  for (const PlannedReset& reset : plan) {
    if (reset.asked.has_value()) {
      fmt::print(stderr, "{}:{} has no offset {}: {} is its nearest end.\n",
                 for_terminal(reset.at.topic), reset.at.partition, *reset.asked, reset.next);
    }
    boost::json::object each{
        {"group", options.group},    {"topic", reset.at.topic},  {"partition", reset.at.partition},
        {"current_offset", nullptr}, {"new_offset", reset.next}, {"executed", options.execute},
        {"error", nullptr}};
    if (reset.current.has_value()) each["current_offset"] = *reset.current;
    const auto error = errors.find(reset.at);
    if (error != errors.end() && error->second != ErrorCode::none) {
      each["executed"] = false;
      each["error"] = fault_json(client::Fault{error->second, ""});
    } else {
      table.add({options.group, reset.at.topic, std::to_string(reset.at.partition),
                 cell(reset.current), std::to_string(reset.next)});
      offsets[reset.at] = reset.next;
    }
    list.push_back(std::move(each));
  }
  if (options.export_csv) {
    fmt::print("{}", offsets_csv(offsets));
  } else if (options.cluster.json) {
    print_json(list);
  } else {
    fmt::print("{}", table.text());
  }
}

}  // namespace

int reset_group_offsets(const GroupResetOptions& options) {
  if (options.export_csv && options.cluster.json) {
    return complain(kUsage, "--export prints CSV, --json prints JSON: choose one");
  }
  const auto reset = parse(options);
  if (!reset.has_value()) return complain(reset.error());
  auto cluster = connect(options.cluster);
  if (!cluster.has_value()) return complain(cluster.error());
  const auto planned = plan(*cluster, options.group, *reset);
  if (!planned.has_value()) return complain(kFailure, client::words_of(planned.error()));
  PartitionErrors errors;
  if (options.execute) {
    Offsets offsets;
    for (const PlannedReset& each : *planned) offsets[each.at] = each.next;
    auto committed = commit_offsets(*cluster, options.group, offsets);
    if (!committed.has_value()) return complain(kFailure, client::words_of(committed.error()));
    errors = *std::move(committed);
  }
  print(*planned, errors, options);
  int exit_code = 0;
  for (const auto& [at, error] : errors) {
    if (error == ErrorCode::none) continue;
    exit_code = complain(
        kFailure, fmt::format("{}:{} was not reset: {}", at.topic, at.partition, explain(error)));
  }
  if (!options.execute && !options.dry_run) {
    fmt::print(stderr, "Nothing was changed: --execute commits these offsets.\n");
  }
  return exit_code;
}

}  // namespace kelp::cli
