// The offsets of groups: reading, committing, deleting.
#include <fmt/format.h>

#include <ranges>

#include "cli/group_queries.h"
#include "wire/08_offset_commit.h"
#include "wire/09_offset_fetch.h"
#include "wire/47_offset_delete.h"

namespace kelp::cli {
namespace {

using client::Broker;
using client::Cluster;
using client::Connection;
using client::Deadline;
using client::Fault;
using client::GroupFaults;
using client::TopicPartition;

/// Later versions name topics by id, which adds a look-up and nothing else.
constexpr int16_t kLastWithNames = 9;
/// The first that asks about several groups at once.
constexpr int16_t kFirstBatched = 8;
/// The first that gives all partitions of a group.
constexpr int16_t kFirstWithAll = 2;

void add_committed(CommittedOffsets& offsets, const auto& topics) {
  for (const auto& topic : topics) {
    for (const auto& partition : topic.partitions) {
      if (partition.error_code != ErrorCode::none || partition.committed_offset < 0) continue;
      CommittedOffset& committed = offsets[TopicPartition{topic.name, partition.partition_index}];
      committed.offset = partition.committed_offset;
      if (partition.committed_leader_epoch >= 0) {
        committed.leader_epoch = partition.committed_leader_epoch;
      }
      committed.metadata = partition.metadata.value_or("");
    }
  }
}

Result<GroupFaults> fetch_batched(Connection& connection, int16_t version,
                                  const std::vector<std::string>& groups,
                                  GroupAnswers<CommittedOffsets>& answers, Deadline deadline) {
  wire::OffsetFetchRequest request;
  for (const std::string& group : groups) request.groups.emplace_back().group_id = group;
  const auto response = connection.call<wire::OffsetFetchResponse>(request, version, deadline);
  if (!response.has_value()) return std::unexpected(response.error());
  GroupFaults faults;
  for (const auto& group : response->groups) {
    if (group.error_code == ErrorCode::none) {
      add_committed(answers.found[group.group_id], group.topics);
    } else {
      faults[group.group_id] = Fault{group.error_code, ""};
    }
  }
  return faults;
}

Result<GroupFaults> fetch_one_by_one(Connection& connection, int16_t version,
                                     const std::vector<std::string>& groups,
                                     GroupAnswers<CommittedOffsets>& answers, Deadline deadline) {
  GroupFaults faults;
  for (const std::string& group : groups) {
    wire::OffsetFetchRequest request;
    request.group_id = group;
    const auto response = connection.call<wire::OffsetFetchResponse>(request, version, deadline);
    if (!response.has_value()) return std::unexpected(response.error());
    if (response->error_code == ErrorCode::none) {
      add_committed(answers.found[group], response->topics);
    } else {
      faults[group] = Fault{response->error_code, ""};
    }
  }
  return faults;
}

/// What a broker leaves out stays unknown.
template <class Response>
PartitionErrors errors_in(const Response& response, const auto& asked) {
  PartitionErrors errors;
  for (const TopicPartition& at : asked) errors[at] = ErrorCode::unknown_server_error;
  for (const auto& topic : response.topics) {
    for (const auto& partition : topic.partitions) {
      errors[TopicPartition{topic.name, partition.partition_index}] = partition.error_code;
    }
  }
  return errors;
}

/// A question about one group: a fault of it is an error of the whole.
Result<void> ask_about(Cluster& cluster, const std::string& group, const Cluster::Ask& ask) {
  const auto faults = cluster.ask_coordinators({group}, ask);
  if (!faults.has_value()) return std::unexpected(faults.error());
  if (faults->empty()) return {};
  return fail(ErrorKind::invalid,
              fmt::format("group '{}': {}", group, explain(faults->begin()->second)));
}

/// What stands for the group as a whole when its coordinator says so of every partition.
std::optional<ErrorCode> coordinator_error(const PartitionErrors& errors) {
  for (const auto& [at, error] : errors) {
    if (client::is_about_coordinator(error)) return error;
  }
  return std::nullopt;
}

}  // namespace

Result<GroupAnswers<CommittedOffsets>> committed_offsets(Cluster& cluster,
                                                         const std::vector<std::string>& groups) {
  GroupAnswers<CommittedOffsets> answers;
  auto faults = cluster.ask_coordinators(
      groups,
      [&answers](Connection& connection, const Broker&, const std::vector<std::string>& its_groups,
                 Deadline deadline) -> Result<GroupFaults> {
        const auto version = connection.version_of<wire::OffsetFetchRequest>(kLastWithNames);
        if (!version.has_value()) return std::unexpected(version.error());
        if (*version >= kFirstBatched) {
          return fetch_batched(connection, *version, its_groups, answers, deadline);
        }
        if (*version < kFirstWithAll) {
          return fail(ErrorKind::unsupported, "the broker is older than Kafka 0.10.2");
        }
        return fetch_one_by_one(connection, *version, its_groups, answers, deadline);
      });
  if (!faults.has_value()) return std::unexpected(std::move(faults.error()));
  answers.faults = *std::move(faults);
  return answers;
}

Result<PartitionErrors> commit_offsets(Cluster& cluster, const std::string& group,
                                       const std::map<TopicPartition, int64_t>& offsets) {
  wire::OffsetCommitRequest request;
  request.group_id = group;
  for (const auto& [at, offset] : offsets) {
    if (request.topics.empty() || request.topics.back().name != at.topic) {
      request.topics.emplace_back().name = at.topic;
    }
    auto& partition = request.topics.back().partitions.emplace_back();
    partition.partition_index = at.partition;
    partition.committed_offset = offset;
    partition.committed_metadata = "";
  }
  PartitionErrors errors;
  const auto ask = [&](Connection& connection, const Broker&, const std::vector<std::string>&,
                       Deadline deadline) -> Result<GroupFaults> {
    const auto version = connection.version_of<wire::OffsetCommitRequest>(kLastWithNames);
    if (!version.has_value()) return std::unexpected(version.error());
    const auto response = connection.call<wire::OffsetCommitResponse>(request, *version, deadline);
    if (!response.has_value()) return std::unexpected(response.error());
    errors = errors_in(*response, std::views::keys(offsets));
    GroupFaults faults;
    if (const auto error = coordinator_error(errors)) faults[group] = Fault{*error, ""};
    return faults;
  };
  if (auto done = ask_about(cluster, group, ask); !done.has_value()) {
    return std::unexpected(std::move(done.error()));
  }
  return errors;
}

Result<PartitionErrors> delete_offsets(Cluster& cluster, const std::string& group,
                                       const std::set<TopicPartition>& partitions) {
  wire::OffsetDeleteRequest request;
  request.group_id = group;
  for (const TopicPartition& at : partitions) {
    if (request.topics.empty() || request.topics.back().name != at.topic) {
      request.topics.emplace_back().name = at.topic;
    }
    request.topics.back().partitions.emplace_back().partition_index = at.partition;
  }
  PartitionErrors errors;
  const auto ask = [&](Connection& connection, const Broker&, const std::vector<std::string>&,
                       Deadline deadline) -> Result<GroupFaults> {
    const auto version = connection.version_of<wire::OffsetDeleteRequest>();
    if (!version.has_value()) return std::unexpected(version.error());
    const auto response = connection.call<wire::OffsetDeleteResponse>(request, *version, deadline);
    if (!response.has_value()) return std::unexpected(response.error());
    GroupFaults faults;
    if (response->error_code != ErrorCode::none) {
      faults[group] = Fault{response->error_code, ""};
      return faults;
    }
    errors = errors_in(*response, partitions);
    return faults;
  };
  if (auto done = ask_about(cluster, group, ask); !done.has_value()) {
    return std::unexpected(std::move(done.error()));
  }
  return errors;
}

}  // namespace kelp::cli
