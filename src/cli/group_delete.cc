// `kelp group delete`, `kelp group delete-offsets`.
#include <fmt/format.h>

#include <boost/json.hpp>

#include "cli/group_options.h"
#include "cli/group_queries.h"
#include "cli/group_report.h"
#include "cli/json_print.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/topic_spec.h"

namespace kelp::cli {
namespace {

using client::TopicPartition;

/// What `specs` mean: of a topic without numbers each partition that it has, or of which the group
/// still has an offset.
Result<std::set<TopicPartition>> partitions_meant(client::Cluster& cluster,
                                                  const std::string& group,
                                                  const std::vector<TopicSpec>& specs) {
  std::set<TopicPartition> partitions;
  std::set<std::string> whole;
  for (const TopicSpec& spec : specs) {
    if (spec.partitions.empty()) whole.insert(spec.topic);
    for (const int32_t number : spec.partitions) partitions.insert({spec.topic, number});
  }
  if (whole.empty()) return partitions;
  const auto metadata = cluster.metadata(whole);
  if (!metadata.has_value()) return std::unexpected(metadata.error());
  for (const auto& topic : metadata->topics) {
    const std::string name = topic.name.value_or("");
    if (!whole.contains(name)) continue;
    for (const auto& partition : topic.partitions)
      partitions.insert({name, partition.partition_index});
  }
  const auto committed = committed_offsets(cluster, {group});
  if (!committed.has_value()) return std::unexpected(committed.error());
  for (const auto& [name, offsets] : committed->found) {
    for (const auto& [at, offset] : offsets) {
      if (whole.contains(at.topic)) partitions.insert(at);
    }
  }
  for (const std::string& topic : whole) {
    const auto first = partitions.lower_bound({topic, 0});
    if (first != partitions.end() && first->topic == topic) continue;
    return fail(ErrorKind::not_found, fmt::format("topic '{}': {}", topic,
                                                  explain(ErrorCode::unknown_topic_or_partition)));
  }
  return partitions;
}

int print_deleted(const PartitionErrors& errors, const std::string& group, bool json) {
  boost::json::array list;
  Table table({"GROUP", "TOPIC", "PARTITION", "STATUS"});
  int exit_code = 0;
  for (const auto& [at, error] : errors) {
    const bool good = error == ErrorCode::none;
    if (!good) exit_code = kFailure;
    table.add({group, at.topic, std::to_string(at.partition), good ? "deleted" : explain(error)});
    list.push_back(boost::json::object{
        {"group", group},
        {"topic", at.topic},
        {"partition", at.partition},
        {"error", good ? boost::json::value(nullptr) : fault_json(client::Fault{error, ""})}});
  }
  if (json) {
    print_json(list);
  } else {
    fmt::print("{}", table.text());
  }
  return exit_code;
}

}  // namespace

int delete_groups(const GroupDeleteOptions& options) {
  auto cluster = connect(options.cluster);
  if (!cluster.has_value()) return complain(cluster.error());
  const auto faults = delete_groups(*cluster, options.groups);
  if (!faults.has_value()) return complain(faults.error());
  boost::json::array list;
  for (const std::string& group : options.groups) {
    const auto fault = faults->find(group);
    const bool good = fault == faults->end();
    list.push_back(boost::json::object{
        {"group", group},
        {"error", good ? boost::json::value(nullptr) : fault_json(fault->second)}});
    if (good && !options.cluster.json) fmt::print("deleted {}\n", for_terminal(group));
    if (!good) complain(kFailure, fmt::format("group '{}': {}", group, explain(fault->second)));
  }
  if (options.cluster.json) print_json(list);
  return faults->empty() ? 0 : kFailure;
}

int delete_group_offsets(const GroupDeleteOffsetsOptions& options) {
  if (options.topics.empty()) return complain(kUsage, "of which topics? Give --topic TOPIC[:P,…]");
  const auto specs = parse_topic_specs(options.topics);
  if (!specs.has_value()) return complain(specs.error());
  auto cluster = connect(options.cluster);
  if (!cluster.has_value()) return complain(cluster.error());
  const auto partitions = partitions_meant(*cluster, options.group, *specs);
  if (!partitions.has_value()) return complain(partitions.error());
  const auto errors = delete_offsets(*cluster, options.group, *partitions);
  if (!errors.has_value()) return complain(kFailure, client::words_of(errors.error()));
  return print_deleted(*errors, options.group, options.cluster.json);
}

}  // namespace kelp::cli
