// `kelp topic list`, `kelp topic describe`.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/json_print.h"
#include "cli/topic_options.h"

namespace kelp::cli {
namespace {

int complain_about(const std::map<std::string, client::Fault>& faults) {
  int exit_code = 0;
  for (const auto& [topic, fault] : faults) {
    exit_code = complain(kFailure, fmt::format("topic '{}': {}", topic, explain(fault)));
  }
  return exit_code;
}

/// A failure leaves out what it would have told, and is said.
void add_configs(client::Cluster& cluster, std::vector<TopicDescription>& topics) {
  ConfigQuestion question;
  question.synonyms = true;
  for (const TopicDescription& each : topics) {
    question.resources.insert({ResourceType::topic, name_of(each.topic)});
  }
  if (question.resources.empty()) return;
  auto described = describe_configs(cluster, question);
  if (!described.has_value()) {
    complain(kFailure, "the configurations are not known: " + client::words_of(described.error()));
    return;
  }
  for (TopicDescription& each : topics) {
    const ConfigResource resource{ResourceType::topic, name_of(each.topic)};
    if (const auto fault = described->faults.find(resource); fault != described->faults.end()) {
      complain(kFailure, fmt::format("the configurations of {} are not known: {}", resource.text(),
                                     explain(fault->second)));
    } else {
      each.configs = std::move(described->found[resource]);
    }
  }
}

Result<void> add_offsets(client::Cluster& cluster, std::vector<TopicDescription>& topics) {
  using Times = std::map<client::TopicPartition, int64_t>;
  Times first, last;
  for (const TopicDescription& each : topics) {
    for (const TopicPartitionState& partition : each.partitions) {
      const client::TopicPartition at{name_of(each.topic), partition.partition_index};
      first[at] = client::kEarliest;
      last[at] = client::kLatest;
    }
  }
  const auto starts = cluster.find_offsets(first);
  if (!starts.has_value()) return std::unexpected(starts.error());
  const auto ends = cluster.find_offsets(last);
  if (!ends.has_value()) return std::unexpected(ends.error());
  const auto known = [](const client::FoundOffset& found) {
    return found.error == ErrorCode::none ? std::optional(found.offset) : std::nullopt;
  };
  for (TopicDescription& each : topics) {
    for (const TopicPartitionState& partition : each.partitions) {
      const client::TopicPartition at{name_of(each.topic), partition.partition_index};
      each.offsets[at.partition] = OffsetRange{known(starts->at(at)), known(ends->at(at))};
    }
  }
  return {};
}

/// Chooses the partitions that are asked for; without any, the topic goes.
void keep_wanted(const TopicDescribeOptions& options, std::vector<TopicDescription>& topics) {
  for (TopicDescription& each : topics) {
    const auto min_isr = each.min_insync_replicas();
    std::ranges::copy_if(each.topic.partitions, std::back_inserter(each.partitions),
                         [&](const TopicPartitionState& partition) {
                           return options.filter.keeps(partition, min_isr);
                         });
  }
  std::erase_if(topics, [&options](const TopicDescription& each) {
    return (options.filter.any() && each.partitions.empty()) ||
           (options.with_overrides && !each.has_overrides());
  });
}

void print_tables(const std::vector<TopicDescription>& topics,
                  const TopicDescribeOptions& options) {
  Table summary = topics_table();
  Table partitions = partitions_table(options.offsets);
  for (const TopicDescription& each : topics) {
    add_topic(summary, each);
    add_partitions(partitions, each, options.offsets);
  }
  // Who looks for partitions wants no summary of their topics.
  if (!options.filter.any() && !summary.empty()) fmt::print("{}\n", summary.text());
  if (!partitions.empty()) fmt::print("{}", partitions.text());
}

void print_all(const std::vector<TopicDescription>& topics,
               const std::map<std::string, client::Fault>& faults, bool offsets) {
  boost::json::array list;
  for (const TopicDescription& each : topics) {
    boost::json::object json = topic_json(each, offsets);
    json["error"] = nullptr;
    list.push_back(std::move(json));
  }
  for (const auto& [topic, fault] : faults) {
    list.push_back(boost::json::object{{"topic", topic}, {"error", fault_json(fault)}});
  }
  print_json(list);
}

}  // namespace

int list_topics(const TopicListOptions& options) {
  auto cluster = connect(options.cluster);
  if (!cluster.has_value()) return complain(cluster.error());
  TopicChoice choice = options.choice;
  choice.all = choice.matching.empty();
  auto chosen = choose_topics(*cluster, choice);
  if (!chosen.has_value()) return complain(chosen.error());
  std::erase_if(chosen->topics, [&options](const Topic& topic) {
    return options.filter.any() &&
           std::ranges::none_of(topic.partitions, [&options](const auto& partition) {
             return options.filter.keeps(partition, std::nullopt);
           });
  });
  if (options.cluster.json) {
    boost::json::array list;
    for (const Topic& topic : chosen->topics) list.push_back(listed_json(topic));
    print_json(list);
  } else {
    Table table = topic_list_table(options.verbose);
    for (const Topic& topic : chosen->topics) add_listed(table, topic, options.verbose);
    fmt::print("{}", table.text());
  }
  return complain_about(chosen->faults);
}

int describe_topics(const TopicDescribeOptions& options) {
  const TopicChoice& choice = options.choice;
  const bool some = !choice.names.empty() || !choice.matching.empty() || !choice.ids.empty();
  if (choice.all == some) {
    return complain(kUsage, "describe which topics? Name them, or give --matching, --id or --all");
  }
  auto cluster = connect(options.cluster);
  if (!cluster.has_value()) return complain(cluster.error());
  auto chosen = choose_topics(*cluster, choice);
  if (!chosen.has_value()) return complain(chosen.error());
  std::vector<TopicDescription> topics;
  for (Topic& topic : chosen->topics) topics.push_back({std::move(topic), {}, {}, {}});
  add_configs(*cluster, topics);
  keep_wanted(options, topics);
  if (options.offsets) {
    if (const auto done = add_offsets(*cluster, topics); !done.has_value()) {
      return complain(done.error());
    }
  }
  if (options.cluster.json) {
    print_all(topics, chosen->faults, options.offsets);
  } else {
    print_tables(topics, options);
  }
  return complain_about(chosen->faults);
}

}  // namespace kelp::cli
