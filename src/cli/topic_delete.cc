// `kelp topic delete`.
#include <fmt/format.h>

#include "cli/topic_options.h"
#include "cli/topic_outcome.h"
#include "cli/topic_queries.h"

namespace kelp::cli {
namespace {

struct Meant {
  std::set<std::string> topics;
  TopicFaults faults;
};

/// The named topics as they are named: the cluster says whether they exist. Internal ones only by
/// their names.
Result<Meant> topics_meant(client::Cluster& cluster, const TopicDeleteOptions& options) {
  Meant meant;
  TopicChoice choice;
  choice.matching = options.matching;
  choice.exclude_internal = true;
  // Who only asks deletes nothing that would tell.
  if (options.dry_run) choice.names = options.topics;
  if (!choice.matching.empty() || !choice.names.empty()) {
    auto chosen = choose_topics(cluster, choice);
    if (!chosen.has_value()) return std::unexpected(std::move(chosen.error()));
    for (const Topic& topic : chosen->topics) meant.topics.insert(name_of(topic));
    meant.faults = std::move(chosen->faults);
  }
  if (!options.dry_run) meant.topics.insert(options.topics.begin(), options.topics.end());
  return meant;
}

}  // namespace

int delete_topics(const TopicDeleteOptions& options) {
  if (options.topics.empty() && options.matching.empty()) {
    return complain(kUsage, "delete which topics? Name them, or give --matching");
  }
  auto cluster = connect(options.cluster);
  if (!cluster.has_value()) return complain(cluster.error());
  auto meant = topics_meant(*cluster, options);
  if (!meant.has_value()) return complain(meant.error());
  if (!options.dry_run && !meant->topics.empty()) {
    auto faults = delete_topics(*cluster, meant->topics);
    if (!faults.has_value()) return complain(faults.error());
    meant->faults.merge(*faults);
  }
  if (meant->topics.empty() && meant->faults.empty()) {
    fmt::print(stderr, "No topic matches.\n");
  }
  std::set<std::string> topics = std::move(meant->topics);
  for (const auto& [topic, fault] : meant->faults) topics.insert(topic);
  return print_outcome(
      topics, meant->faults,
      {"deleted", "would delete", options.dry_run, options.if_exists, options.cluster.json});
}

}  // namespace kelp::cli
