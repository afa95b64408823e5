// Listing and describing; the offsets are in group_offset_queries.cc.
#include "cli/group_queries.h"

#include <fmt/format.h>

#include <algorithm>

#include "client/backoff.h"
#include "group/consumer_protocol.h"
#include "wire/15_describe_groups.h"
#include "wire/16_list_groups.h"
#include "wire/42_delete_groups.h"
#include "wire/69_consumer_group_describe.h"

namespace kelp::cli {
namespace {

using client::Broker;
using client::Cluster;
using client::Connection;
using client::Deadline;
using client::Fault;
using client::GroupFaults;

/// Whether anything is behind the name; before version 6 an unknown group is a dead one.
bool is_there(const wire::DescribeGroupsResponse::DescribedGroup& group) {
  return group.error_code == ErrorCode::none && group.group_state != "Dead";
}

GroupDescription described(wire::DescribeGroupsResponse::DescribedGroup& group,
                           const Broker& coordinator) {
  GroupDescription description{
      group.group_id,      "classic",   group.protocol_type, group.group_state,
      group.protocol_data, coordinator, std::nullopt,        {}};
  for (auto& member : group.members) {
    GroupMember& next = description.members.emplace_back();
    next.member_id = std::move(member.member_id);
    next.instance_id = std::move(member.group_instance_id);
    next.client_id = std::move(member.client_id);
    next.host = std::move(member.client_host);
    // Other protocols (Connect's) have bytes that are not ours to read.
    if (group.protocol_type != "consumer") continue;
    if (auto subscription = group::decode_subscription(member.member_metadata)) {
      next.subscribed = std::move(subscription->topics);
    }
    if (const auto assignment = group::decode_assignment(member.member_assignment)) {
      for (const auto& topic : assignment->assigned_partitions) {
        next.assigned[topic.topic].insert(topic.partitions.begin(), topic.partitions.end());
      }
    }
  }
  return description;
}

GroupDescription described(wire::ConsumerGroupDescribeResponse::DescribedGroup& group,
                           const Broker& coordinator) {
  GroupDescription description{
      group.group_id,      "consumer",  "consumer",        group.group_state,
      group.assignor_name, coordinator, group.group_epoch, {}};
  for (auto& member : group.members) {
    GroupMember& next = description.members.emplace_back();
    next.member_id = std::move(member.member_id);
    next.instance_id = std::move(member.instance_id);
    next.client_id = std::move(member.client_id);
    next.host = std::move(member.client_host);
    next.subscribed = std::move(member.subscribed_topic_names);
    if (member.subscribed_topic_regex.has_value() && !member.subscribed_topic_regex->empty()) {
      next.subscribed.push_back("/" + *member.subscribed_topic_regex + "/");
    }
    for (const auto& topic : member.assignment.topic_partitions) {
      next.assigned[topic.topic_name].insert(topic.partitions.begin(), topic.partitions.end());
    }
  }
  return description;
}

/// Those which the classic API does not know, asked as groups of KIP-848 where the broker can.
Result<void> describe_consumer_groups(Connection& connection, const Broker& coordinator,
                                      GroupAnswers<GroupDescription>& answers, GroupFaults& faults,
                                      Deadline deadline) {
  wire::ConsumerGroupDescribeRequest request;
  for (const auto& [group, fault] : faults) {
    if (fault.code == ErrorCode::group_id_not_found) request.group_ids.push_back(group);
  }
  if (request.group_ids.empty() || !connection.serves(request.key)) return {};
  const auto version = connection.version_of<wire::ConsumerGroupDescribeRequest>();
  if (!version.has_value()) return {};
  auto response = connection.call<wire::ConsumerGroupDescribeResponse>(request, *version, deadline);
  if (!response.has_value()) return std::unexpected(std::move(response.error()));
  for (auto& group : response->groups) {
    if (group.error_code == ErrorCode::none) {
      faults.erase(group.group_id);
      std::string name = group.group_id;
      answers.found.insert_or_assign(std::move(name), described(group, coordinator));
    } else if (group.error_code != ErrorCode::unsupported_version) {
      // Both APIs say that it is none of theirs: the words about the wrong kind mislead.
      const bool unknown = group.error_code == ErrorCode::group_id_not_found;
      faults[group.group_id] =
          Fault{group.error_code, unknown ? "" : group.error_message.value_or("")};
    }
  }
  return {};
}

Result<GroupFaults> describe_at(Connection& connection, const Broker& coordinator,
                                const std::vector<std::string>& groups,
                                GroupAnswers<GroupDescription>& answers, Deadline deadline) {
  const auto version = connection.version_of<wire::DescribeGroupsRequest>();
  if (!version.has_value()) return std::unexpected(version.error());
  wire::DescribeGroupsRequest request;
  request.groups = groups;
  auto response = connection.call<wire::DescribeGroupsResponse>(request, *version, deadline);
  if (!response.has_value()) return std::unexpected(std::move(response.error()));
  GroupFaults faults;
  for (auto& group : response->groups) {
    if (is_there(group)) {
      std::string name = group.group_id;
      answers.found.insert_or_assign(std::move(name), described(group, coordinator));
    } else if (group.error_code == ErrorCode::none) {
      faults[group.group_id] = Fault{ErrorCode::group_id_not_found, ""};
    } else {
      faults[group.group_id] = Fault{group.error_code, group.error_message.value_or("")};
    }
  }
  const auto done = describe_consumer_groups(connection, coordinator, answers, faults, deadline);
  if (!done.has_value()) return std::unexpected(done.error());
  return faults;
}

/// What brokers before ListGroups 4 and 5 do not say.
Result<void> complete(Cluster& cluster, std::vector<ListedGroup>& groups) {
  std::vector<std::string> stateless;
  for (ListedGroup& group : groups) {
    if (group.type.empty()) group.type = "classic";
    for (char& c : group.type) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (group.state.empty()) stateless.push_back(group.group);
  }
  if (stateless.empty()) return {};
  const auto answers = describe_groups(cluster, stateless);
  if (!answers.has_value()) return std::unexpected(answers.error());
  for (ListedGroup& group : groups) {
    const auto found = answers->found.find(group.group);
    if (group.state.empty() && found != answers->found.end()) group.state = found->second.state;
  }
  return {};
}

/// A broker that still reads its groups is asked again.
Result<wire::ListGroupsResponse> list_at(Cluster& cluster, const Broker& broker) {
  const Deadline deadline = cluster.deadline();
  auto connection = cluster.connection_to(broker, deadline);
  if (!connection.has_value()) return std::unexpected(std::move(connection.error()));
  const auto version = (*connection)->version_of<wire::ListGroupsRequest>();
  if (!version.has_value()) return std::unexpected(version.error());
  const wire::ListGroupsRequest request;
  for (client::Backoff backoff(deadline);;) {
    auto response = (*connection)->call<wire::ListGroupsResponse>(request, *version, deadline);
    if (!response.has_value() || response->error_code == ErrorCode::none) return response;
    if (is_retriable(response->error_code) && backoff.pause()) continue;
    return fail(ErrorKind::io, fmt::format("broker {} does not list its groups: {}", broker.id,
                                           explain(response->error_code)));
  }
}

}  // namespace

Result<std::vector<ListedGroup>> list_groups(Cluster& cluster) {
  std::vector<ListedGroup> groups;
  for (const Broker& broker : std::vector<Broker>(cluster.brokers())) {
    auto response = list_at(cluster, broker);
    if (!response.has_value()) return std::unexpected(std::move(response.error()));
    for (auto& group : response->groups) {
      groups.push_back(ListedGroup{std::move(group.group_id), std::move(group.group_type),
                                   std::move(group.protocol_type), std::move(group.group_state)});
    }
  }
  std::ranges::sort(groups, {}, &ListedGroup::group);
  if (auto done = complete(cluster, groups); !done.has_value()) {
    return std::unexpected(std::move(done.error()));
  }
  return groups;
}

Result<GroupAnswers<GroupDescription>> describe_groups(Cluster& cluster,
                                                       const std::vector<std::string>& groups) {
  GroupAnswers<GroupDescription> answers;
  auto faults = cluster.ask_coordinators(
      groups, [&answers](Connection& connection, const Broker& coordinator,
                         const std::vector<std::string>& its_groups, Deadline deadline) {
        return describe_at(connection, coordinator, its_groups, answers, deadline);
      });
  if (!faults.has_value()) return std::unexpected(std::move(faults.error()));
  answers.faults = *std::move(faults);
  // No belief in the broker's count: each group has an answer or a fault.
  for (const std::string& group : groups) {
    if (!answers.found.contains(group)) answers.faults.try_emplace(group);
  }
  return answers;
}

Result<GroupFaults> delete_groups(Cluster& cluster, const std::vector<std::string>& groups) {
  return cluster.ask_coordinators(
      groups,
      [](Connection& connection, const Broker&, const std::vector<std::string>& its_groups,
         Deadline deadline) -> Result<GroupFaults> {
        const auto version = connection.version_of<wire::DeleteGroupsRequest>();
        if (!version.has_value()) return std::unexpected(version.error());
        wire::DeleteGroupsRequest request;
        request.groups_names = its_groups;
        const auto response =
            connection.call<wire::DeleteGroupsResponse>(request, *version, deadline);
        if (!response.has_value()) return std::unexpected(response.error());
        GroupFaults faults;
        for (const std::string& group : its_groups) faults[group];
        for (const auto& result : response->results) {
          faults[result.group_id] = Fault{result.error_code, ""};
          if (result.error_code == ErrorCode::none) faults.erase(result.group_id);
        }
        return faults;
      });
}

}  // namespace kelp::cli
