// `kelp topic trim`: the records at a log's beginning are deleted.
#include <fmt/format.h>

#include "cli/json_print.h"
#include "cli/named_partitions.h"
#include "cli/reset_plan.h"
#include "cli/terminal.h"
#include "cli/time_text.h"
#include "cli/topic_options.h"
#include "cli/topic_queries.h"

namespace kelp::cli {
namespace {

using client::TopicPartition;
using Results = std::map<TopicPartition, Trimmed>;

/// Errors: invalid, unless exactly one target is given.
Result<ResetTarget> parse_target(const TopicTrimOptions& options) {
  const int given = (options.before.has_value() ? 1 : 0) + (options.to_latest ? 1 : 0) +
                    (options.to_datetime.empty() ? 0 : 1) + (options.by_duration.empty() ? 0 : 1);
  if (given != 1) {
    return fail(ErrorKind::invalid,
                "give one of --before, --to-latest, --to-datetime, --by-duration");
  }
  if (options.to_latest) return ResetTarget{ResetKind::latest, 0};
  if (options.before.has_value()) return ResetTarget{ResetKind::offset, *options.before};
  const auto time = parse_time(options.to_datetime, options.by_duration);
  if (!time.has_value()) return std::unexpected(time.error());
  return ResetTarget{ResetKind::time, *time};
}

/// A trim moves the start of a log as a reset moves a group: within what there is.
Result<std::vector<PlannedReset>> plan(client::Cluster& cluster,
                                       const std::vector<TopicSpec>& specs,
                                       const ResetTarget& target) {
  const auto partitions = partitions_of(cluster, specs);
  if (!partitions.has_value()) return std::unexpected(partitions.error());
  const auto earliest = offsets_at(cluster, *partitions, client::kEarliest);
  if (!earliest.has_value()) return std::unexpected(earliest.error());
  const auto latest = offsets_at(cluster, *partitions, client::kLatest);
  if (!latest.has_value()) return std::unexpected(latest.error());
  std::map<TopicPartition, PartitionOffsets> known;
  for (const TopicPartition& at : *partitions) {
    known[at].earliest = earliest->at(at);
    known[at].latest = latest->at(at);
    known[at].current = earliest->at(at);
  }
  if (target.kind == ResetKind::time) {
    const auto in_place = offsets_at(cluster, *partitions, target.value);
    if (!in_place.has_value()) return std::unexpected(in_place.error());
    // -1: no record is as late.
    for (const auto& [at, offset] : *in_place) {
      if (offset >= 0) known[at].in_place = offset;
    }
  }
  return plan_reset(target, known);
}

client::Fault fault_of(const Trimmed& trimmed) {
  if (trimmed.error == ErrorCode::policy_violation) {
    return {trimmed.error, "a topic that is only compacted cannot be trimmed"};
  }
  return {trimmed.error, ""};
}

int print(const std::vector<PlannedReset>& plan, const Results& results,
          const TopicTrimOptions& options) {
  Table table({"TOPIC", "PARTITION", "START-OFFSET", "NEW-START-OFFSET", "RECORDS"});
  boost::json::array list;
  int exit_code = 0;
  for (const PlannedReset& each : plan) {
    if (each.asked.has_value() && *each.asked > each.next) {
      fmt::print(stderr, "{}:{} ends before offset {}: {} is its end.\n",
                 for_terminal(each.at.topic), each.at.partition, *each.asked, each.next);
    }
    const auto result = results.find(each.at);
    const bool done = result != results.end() && result->second.error == ErrorCode::none;
    const bool failed = result != results.end() && !done;
    const int64_t start = *each.current;
    const int64_t next = done ? result->second.start_offset : each.next;
    boost::json::object json{{"topic", each.at.topic}, {"partition", each.at.partition},
                             {"start_offset", start},  {"new_start_offset", next},
                             {"trimmed", done},        {"error", nullptr}};
    if (failed) {
      const client::Fault fault = fault_of(result->second);
      json["new_start_offset"] = start;
      json["error"] = fault_json(fault);
      exit_code = complain(kFailure, fmt::format("{}:{} was not trimmed: {}", each.at.topic,
                                                 each.at.partition, explain(fault)));
    } else {
      // Offsets, at most so many records: compaction and transactions leave gaps.
      int64_t records = 0;
      if (__builtin_sub_overflow(next, start, &records)) records = 0;
      table.add({each.at.topic, std::to_string(each.at.partition), std::to_string(start),
                 std::to_string(next), std::to_string(records)});
    }
    list.push_back(std::move(json));
  }
  if (options.cluster.json) {
    print_json(list);
  } else if (!table.empty()) {
    fmt::print("{}", table.text());
  }
  return exit_code;
}

}  // namespace

int trim_topics(const TopicTrimOptions& options) {
  const auto target = parse_target(options);
  if (!target.has_value()) return complain(target.error());
  const auto specs = parse_topic_specs(options.topics);
  if (!specs.has_value()) return complain(specs.error());
  auto cluster = connect(options.cluster);
  if (!cluster.has_value()) return complain(cluster.error());
  const auto planned = plan(*cluster, *specs, *target);
  if (!planned.has_value()) return complain(kFailure, client::words_of(planned.error()));
  Results results;
  if (!options.dry_run) {
    std::map<TopicPartition, int64_t> before;
    for (const PlannedReset& each : *planned) before[each.at] = each.next;
    auto trimmed = delete_records(*cluster, before);
    if (!trimmed.has_value()) return complain(kFailure, client::words_of(trimmed.error()));
    results = *std::move(trimmed);
  }
  return print(*planned, results, options);
}

}  // namespace kelp::cli
