#include "cli/topic_queries.h"

#include "client/admin.h"
#include "wire/19_create_topics.h"
#include "wire/20_delete_topics.h"
#include "wire/21_delete_records.h"
#include "wire/37_create_partitions.h"

namespace kelp::cli {
namespace {

using client::Cluster;
using client::Connection;
using client::Deadline;
using client::Fault;
using client::TopicPartition;

/// The first CreateTopics that takes -1 for the cluster's defaults.
constexpr int16_t kFirstWithDefaults = 4;

wire::CreateTopicsRequest request_for(const NewTopics& topics, ApplyMode mode, Deadline deadline) {
  wire::CreateTopicsRequest request;
  request.timeout_ms = client::request_timeout_ms(deadline);
  request.validate_only = mode == ApplyMode::validate_only;
  for (const std::string& name : topics.names) {
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    const bool assigned = !topics.assignment.empty();
    topic.num_partitions = assigned ? -1 : topics.partitions.value_or(-1);
    topic.replication_factor = assigned ? int16_t{-1} : topics.replication_factor.value_or(-1);
    for (size_t i = 0; i < topics.assignment.size(); ++i) {
      topic.assignments.push_back({static_cast<int32_t>(i), topics.assignment[i]});
    }
    for (const ConfigChange& config : topics.configs) {
      topic.configs.push_back({config.key, config.value});
    }
  }
  return request;
}

/// The partitions of one leader.
using Offsets = std::map<TopicPartition, int64_t>;

Result<void> delete_at_leader(Cluster& cluster, const client::Broker& leader, const Offsets& before,
                              std::map<TopicPartition, Trimmed>& trimmed, Deadline deadline) {
  const auto connection = cluster.connection_to(leader, deadline);
  if (!connection.has_value()) return std::unexpected(connection.error());
  wire::DeleteRecordsRequest request;
  request.timeout_ms = client::request_timeout_ms(deadline);
  for (const auto& [at, offset] : before) {
    if (request.topics.empty() || request.topics.back().name != at.topic) {
      request.topics.emplace_back().name = at.topic;
    }
    request.topics.back().partitions.push_back({at.partition, offset});
  }
  const auto response = client::ask<wire::DeleteRecordsResponse>(**connection, request, deadline);
  if (!response.has_value()) return std::unexpected(response.error());
  for (const auto& topic : response->topics) {
    for (const auto& partition : topic.partitions) {
      const auto found = trimmed.find(TopicPartition{topic.name, partition.partition_index});
      if (found == trimmed.end()) continue;
      found->second = Trimmed{partition.error_code, partition.low_watermark};
    }
  }
  return {};
}

}  // namespace

Result<CreatedTopics> create_topics(Cluster& cluster, const NewTopics& topics, ApplyMode mode) {
  const Deadline deadline = cluster.deadline();
  const auto connection = client::connection_to_controller(cluster, deadline);
  if (!connection.has_value()) return std::unexpected(connection.error());
  const auto version = (*connection)->version_of<wire::CreateTopicsRequest>();
  if (!version.has_value()) return std::unexpected(version.error());
  const bool with_defaults =
      topics.assignment.empty() && !(topics.partitions && topics.replication_factor);
  if (with_defaults && *version < kFirstWithDefaults) {
    return fail(ErrorKind::unsupported,
                "brokers before Kafka 2.4 have no defaults: give --partitions and "
                "--replication-factor");
  }
  auto response = (*connection)
                      ->call<wire::CreateTopicsResponse>(request_for(topics, mode, deadline),
                                                         *version, deadline);
  if (!response.has_value()) return std::unexpected(std::move(response.error()));
  CreatedTopics created{{}, open_faults<std::string>(topics.names)};
  for (const auto& topic : response->topics) {
    const bool asked = settle(created.faults, topic.name, topic.error_code, topic.error_message);
    if (!asked || topic.error_code != ErrorCode::none) continue;
    created.found[topic.name] =
        CreatedTopic{topic.topic_id, topic.num_partitions, topic.replication_factor};
  }
  return created;
}

Result<TopicFaults> create_partitions(Cluster& cluster, const std::set<std::string>& topics,
                                      int32_t count, const ReplicaAssignment& assignment,
                                      ApplyMode mode) {
  const Deadline deadline = cluster.deadline();
  const auto connection = client::connection_to_controller(cluster, deadline);
  if (!connection.has_value()) return std::unexpected(connection.error());
  wire::CreatePartitionsRequest request;
  request.timeout_ms = client::request_timeout_ms(deadline);
  request.validate_only = mode == ApplyMode::validate_only;
  for (const std::string& name : topics) {
    auto& topic = request.topics.emplace_back();
    topic.name = name;
    topic.count = count;
    if (assignment.empty()) continue;
    auto& assignments = topic.assignments.emplace();
    for (const auto& replicas : assignment) assignments.push_back({replicas});
  }
  const auto response =
      client::ask<wire::CreatePartitionsResponse>(**connection, request, deadline);
  if (!response.has_value()) return std::unexpected(response.error());
  TopicFaults faults = open_faults<std::string>(topics);
  for (const auto& result : response->results) {
    settle(faults, result.name, result.error_code, result.error_message);
  }
  return faults;
}

Result<TopicFaults> delete_topics(Cluster& cluster, const std::set<std::string>& topics) {
  const Deadline deadline = cluster.deadline();
  const auto connection = client::connection_to_controller(cluster, deadline);
  if (!connection.has_value()) return std::unexpected(connection.error());
  wire::DeleteTopicsRequest request;
  request.timeout_ms = client::request_timeout_ms(deadline);
  for (const std::string& name : topics) {
    // The one list is of version 6, the other of those before it.
    request.topics.emplace_back().name = name;
    request.topic_names.push_back(name);
  }
  const auto response = client::ask<wire::DeleteTopicsResponse>(**connection, request, deadline);
  if (!response.has_value()) return std::unexpected(response.error());
  TopicFaults faults = open_faults<std::string>(topics);
  for (const auto& result : response->responses) {
    settle(faults, result.name.value_or(""), result.error_code, result.error_message);
  }
  return faults;
}

Result<std::map<TopicPartition, Trimmed>> delete_records(Cluster& cluster, const Offsets& before) {
  const Deadline deadline = cluster.deadline();
  std::map<TopicPartition, Trimmed> trimmed;
  std::set<std::string> topics;
  for (const auto& [at, offset] : before) {
    topics.insert(at.topic);
    trimmed[at].error = ErrorCode::unknown_topic_or_partition;
  }
  const auto metadata = cluster.metadata(topics);
  if (!metadata.has_value()) return std::unexpected(metadata.error());
  std::map<int32_t, Offsets> by_leader;
  for (const auto& topic : metadata->topics) {
    for (const auto& partition : topic.partitions) {
      const auto asked = before.find({topic.name.value_or(""), partition.partition_index});
      if (asked == before.end()) continue;
      trimmed[asked->first].error = ErrorCode::leader_not_available;
      by_leader[partition.leader_id].insert(*asked);
    }
  }
  for (const client::Broker& broker : std::vector<client::Broker>(cluster.brokers())) {
    const auto its = by_leader.find(broker.id);
    if (its == by_leader.end()) continue;
    const auto done = delete_at_leader(cluster, broker, its->second, trimmed, deadline);
    if (!done.has_value()) return std::unexpected(done.error());
  }
  return trimmed;
}

}  // namespace kelp::cli
