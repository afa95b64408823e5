// `kelp topic create`, `kelp topic alter`: what a topic is to be like.
#include <fmt/format.h>

#include "cli/json_print.h"
#include "cli/terminal.h"
#include "cli/topic_options.h"
#include "cli/topic_outcome.h"
#include "cli/topic_queries.h"

namespace kelp::cli {
namespace {

Result<NewTopics> parse(const TopicCreateOptions& options) {
  NewTopics topics;
  topics.names.insert(options.topics.begin(), options.topics.end());
  topics.partitions = options.partitions;
  topics.replication_factor = options.replication_factor;
  if (!options.replica_assignment.empty()) {
    auto assignment = parse_replica_assignment(options.replica_assignment);
    if (!assignment.has_value()) return std::unexpected(std::move(assignment.error()));
    topics.assignment = *std::move(assignment);
  }
  ConfigChangeOptions configs;
  configs.set = options.configs;
  auto changes = parse_changes(configs);
  if (!changes.has_value()) return std::unexpected(std::move(changes.error()));
  topics.configs = *std::move(changes);
  return topics;
}

std::string created_text(const std::string& name, const CreatedTopic& topic) {
  if (topic.partitions < 0) return for_terminal(name);
  return fmt::format("{}: {} partitions, replication factor {}", for_terminal(name),
                     topic.partitions, topic.replication_factor);
}

boost::json::object created_json(const std::string& name, const CreatedTopic& topic, bool dry_run) {
  boost::json::object json{{"topic", name},
                           {"id", nullptr},
                           {"partition_count", nullptr},
                           {"replication_factor", nullptr},
                           {"created", !dry_run},
                           {"error", nullptr}};
  // The id of a topic that is not made is a lottery ticket.
  if (!topic.id.is_zero() && !dry_run) json["id"] = topic.id.text();
  if (topic.partitions >= 0) json["partition_count"] = topic.partitions;
  if (topic.replication_factor >= 0) json["replication_factor"] = topic.replication_factor;
  return json;
}

int print(const CreatedTopics& created, const TopicCreateOptions& options) {
  boost::json::array list;
  const bool json = options.cluster.json;
  int exit_code = 0;
  for (const auto& [name, topic] : created.found) {
    list.push_back(created_json(name, topic, options.dry_run));
    if (json) continue;
    fmt::print("{} {}\n", options.dry_run ? "would create" : "created", created_text(name, topic));
  }
  for (const auto& [name, fault] : created.faults) {
    const bool there = options.if_not_exists && fault.code == ErrorCode::topic_already_exists;
    list.push_back(boost::json::object{
        {"topic", name}, {"created", false}, {"error", error_json(there ? nullptr : &fault)}});
    if (!there) {
      exit_code = complain(kFailure, fmt::format("topic '{}': {}", name, explain(fault)));
    } else if (!json) {
      fmt::print("{} exists\n", for_terminal(name));
    }
  }
  if (json) print_json(list);
  return exit_code;
}

/// What is asked of every topic.
struct Alteration {
  std::set<std::string> topics;
  std::optional<int32_t> partitions;
  ReplicaAssignment assignment;
  std::vector<ConfigChange> changes;
};

Result<Alteration> parse(const TopicAlterOptions& options) {
  Alteration alteration;
  alteration.topics.insert(options.topics.begin(), options.topics.end());
  alteration.partitions = options.partitions;
  if (!options.replica_assignment.empty()) {
    if (!options.partitions.has_value()) {
      return fail(ErrorKind::invalid,
                  "--replica-assignment is for the partitions that --partitions adds");
    }
    auto assignment = parse_replica_assignment(options.replica_assignment);
    if (!assignment.has_value()) return std::unexpected(std::move(assignment.error()));
    alteration.assignment = *std::move(assignment);
  }
  auto changes = parse_changes(options.changes);
  if (!changes.has_value()) return std::unexpected(std::move(changes.error()));
  alteration.changes = *std::move(changes);
  if (!alteration.partitions.has_value() && alteration.changes.empty()) {
    return fail(ErrorKind::invalid,
                "what is to change? Give --partitions, --set, --delete, --append or --subtract");
  }
  return alteration;
}

/// Those of `topics` that had no fault so far.
std::set<std::string> without(std::set<std::string> topics, const TopicFaults& faults) {
  for (const auto& [topic, fault] : faults) topics.erase(topic);
  return topics;
}

/// Configurations first: they can be taken back, partitions cannot.
Result<TopicFaults> alter(client::Cluster& cluster, const Alteration& alteration, ApplyMode mode) {
  TopicFaults faults;
  if (!alteration.changes.empty()) {
    std::set<ConfigResource> resources;
    for (const std::string& topic : alteration.topics) {
      resources.insert({ResourceType::topic, topic});
    }
    const auto altered = alter_configs(cluster, resources, alteration.changes, mode);
    if (!altered.has_value()) return std::unexpected(altered.error());
    for (const auto& [resource, fault] : *altered) faults[resource.name] = fault;
  }
  const std::set<std::string> rest = without(alteration.topics, faults);
  if (!alteration.partitions.has_value() || rest.empty()) return faults;
  auto grown =
      create_partitions(cluster, rest, *alteration.partitions, alteration.assignment, mode);
  if (!grown.has_value()) return std::unexpected(std::move(grown.error()));
  faults.merge(*grown);
  return faults;
}

/// Asks first whether all of it is allowed: a topic is changed as a whole or not at all.
Result<TopicFaults> alter_whole(client::Cluster& cluster, Alteration alteration, ApplyMode mode) {
  TopicFaults faults;
  const bool both = alteration.partitions.has_value() && !alteration.changes.empty();
  if (both && mode == ApplyMode::apply) {
    auto refused = alter(cluster, alteration, ApplyMode::validate_only);
    if (!refused.has_value()) return refused;
    faults = *std::move(refused);
    alteration.topics = without(std::move(alteration.topics), faults);
    if (alteration.topics.empty()) return faults;
  }
  auto altered = alter(cluster, alteration, mode);
  if (altered.has_value()) altered->merge(faults);
  return altered;
}

}  // namespace

int create_topics(const TopicCreateOptions& options) {
  const auto topics = parse(options);
  if (!topics.has_value()) return complain(topics.error());
  auto cluster = connect(options.cluster);
  if (!cluster.has_value()) return complain(cluster.error());
  const auto created = create_topics(*cluster, *topics,
                                     options.dry_run ? ApplyMode::validate_only : ApplyMode::apply);
  if (!created.has_value()) return complain(created.error());
  return print(*created, options);
}

int alter_topics(const TopicAlterOptions& options) {
  const auto alteration = parse(options);
  if (!alteration.has_value()) return complain(alteration.error());
  auto cluster = connect(options.cluster);
  if (!cluster.has_value()) return complain(cluster.error());
  const auto faults = alter_whole(*cluster, *alteration,
                                  options.dry_run ? ApplyMode::validate_only : ApplyMode::apply);
  if (!faults.has_value()) return complain(faults.error());
  return print_outcome(
      alteration->topics, *faults,
      {"altered", "would alter", options.dry_run, options.if_exists, options.cluster.json});
}

}  // namespace kelp::cli
