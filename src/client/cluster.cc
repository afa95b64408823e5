#include "client/cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "client/backoff.h"
#include "wire/02_list_offsets.h"
#include "wire/10_find_coordinator.h"

namespace kelp::client {
namespace {

/// A partition without a leader may be so for long: a report is worth more than a long wait.
constexpr int kLeaderAttempts = 5;

/// Groups in one request: an answer with a thousand members each stays within a frame.
constexpr size_t kGroupsPerRequest = 100;

Result<Address> address_of(const std::string& host, int32_t port) {
  if (host.empty() || port < 1 || port > 65535) {
    return fail(ErrorKind::malformed,
                fmt::format("the broker advertises the address {}:{}", host, port));
  }
  return Address{host, static_cast<uint16_t>(port)};
}

}  // namespace

bool is_about_coordinator(ErrorCode code) {
  return code == ErrorCode::coordinator_load_in_progress ||
         code == ErrorCode::coordinator_not_available || code == ErrorCode::not_coordinator;
}

bool is_about_leader(ErrorCode code) {
  return code == ErrorCode::leader_not_available || code == ErrorCode::not_leader_or_follower ||
         code == ErrorCode::fenced_leader_epoch || code == ErrorCode::unknown_leader_epoch ||
         code == ErrorCode::offset_not_available;
}

std::string words_of(const Error& error) {
  if (error.os_error == 0) return error.what;
  return fmt::format("{}: {}", error.what, std::generic_category().message(error.os_error));
}

Result<Cluster> Cluster::connect(Options options) {
  const Deadline deadline = Clock::now() + options.timeout;
  std::string faults;
  for (size_t i = 0; i < options.bootstrap.size(); ++i) {
    // A server that swallows packets leaves the others their share of the time.
    const auto share = (deadline - Clock::now()) / static_cast<int>(options.bootstrap.size() - i);
    auto connection =
        Connection::open(options.bootstrap[i], options.client_id, Clock::now() + share);
    if (!connection.has_value()) {
      if (!faults.empty()) faults += "; ";
      faults += words_of(connection.error());
      continue;
    }
    Cluster cluster(std::move(options), *std::move(connection));
    auto metadata = cluster.ask_metadata({}, deadline, Creation::never);
    if (!metadata.has_value()) return std::unexpected(std::move(metadata.error()));
    return cluster;
  }
  return fail(ErrorKind::io, faults);
}

Result<Connection> Cluster::open_connection(const Broker& broker, Deadline deadline) const {
  auto connection = Connection::open(broker.address, options_.client_id, deadline);
  if (!connection.has_value()) {
    Error error = std::move(connection.error());
    error.what =
        fmt::format("broker {} advertises {}: {}", broker.id, broker.address.text(), error.what);
    return std::unexpected(std::move(error));
  }
  return connection;
}

Result<Connection*> Cluster::connection_to(const Broker& broker, Deadline deadline) {
  const auto found = connections_.find(broker.id);
  if (found != connections_.end()) {
    const bool usable = !found->second.broken() && found->second.address() == broker.address;
    if (usable) return &found->second;
    connections_.erase(found);
  }
  auto connection = open_connection(broker, deadline);
  if (!connection.has_value()) return std::unexpected(std::move(connection.error()));
  return &connections_.emplace(broker.id, *std::move(connection)).first->second;
}

Result<Connection*> Cluster::any_broker(Deadline deadline) {
  if (!bootstrap_.broken()) return &bootstrap_;
  std::vector<Address> candidates;
  for (const Broker& broker : brokers_) candidates.push_back(broker.address);
  candidates.insert(candidates.end(), options_.bootstrap.begin(), options_.bootstrap.end());
  Error last{ErrorKind::io, "no broker is known"};
  for (size_t i = 0; i < candidates.size(); ++i) {
    const auto share = (deadline - Clock::now()) / static_cast<int>(candidates.size() - i);
    auto connection = Connection::open(candidates[i], options_.client_id, Clock::now() + share);
    if (connection.has_value()) {
      bootstrap_ = *std::move(connection);
      return &bootstrap_;
    }
    last = std::move(connection.error());
  }
  return std::unexpected(std::move(last));
}

Result<wire::MetadataResponse> Cluster::metadata(const std::set<std::string>& topics,
                                                 Creation creation) {
  return ask_metadata(topics, deadline(), creation);
}

Result<wire::MetadataResponse> Cluster::ask_metadata(const std::set<std::string>& topics,
                                                     Deadline deadline, Creation creation) {
  const auto connection = any_broker(deadline);
  if (!connection.has_value()) return std::unexpected(connection.error());
  // Before version 4 a question would create the topic; before 1 an empty list means all.
  const auto version = (*connection)->version_of<wire::MetadataRequest>();
  if (!version.has_value()) return std::unexpected(version.error());
  wire::MetadataRequest request;
  request.allow_auto_topic_creation = creation == Creation::allowed;
  auto& asked = request.topics.emplace();
  for (const std::string& topic : topics) asked.emplace_back().name = topic;
  auto response = (*connection)->call<wire::MetadataResponse>(request, *version, deadline);
  if (!response.has_value()) return response;
  std::vector<Broker> brokers;
  for (const auto& broker : response->brokers) {
    auto address = address_of(broker.host, broker.port);
    if (!address.has_value()) return std::unexpected(std::move(address.error()));
    brokers.push_back(Broker{broker.node_id, *std::move(address)});
  }
  brokers_ = std::move(brokers);
  return response;
}

Result<Cluster::Coordinated> Cluster::find_coordinators(const std::vector<std::string>& groups,
                                                        GroupFaults& faults, Deadline deadline) {
  const auto connection = any_broker(deadline);
  if (!connection.has_value()) return std::unexpected(connection.error());
  const auto version = (*connection)->version_of<wire::FindCoordinatorRequest>();
  if (!version.has_value()) return std::unexpected(version.error());
  const bool batched = *version >= 4;
  const size_t step = batched ? kGroupsPerRequest : 1;
  Coordinated coordinated;
  for (size_t i = 0; i < groups.size(); i += step) {
    wire::FindCoordinatorRequest request;
    request.coordinator_key = groups[i];
    request.coordinator_keys.assign(
        groups.begin() + static_cast<ptrdiff_t>(i),
        groups.begin() + static_cast<ptrdiff_t>(std::min(i + step, groups.size())));
    auto response = (*connection)->call<wire::FindCoordinatorResponse>(request, *version, deadline);
    if (!response.has_value()) return std::unexpected(std::move(response.error()));
    if (!batched) {
      response->coordinators = {{groups[i], response->node_id, response->host, response->port,
                                 response->error_code, response->error_message}};
    }
    for (const auto& found : response->coordinators) {
      if (found.error_code != ErrorCode::none) {
        faults[found.key] = Fault{found.error_code, found.error_message.value_or("")};
        continue;
      }
      auto address = address_of(found.host, found.port);
      if (!address.has_value()) return std::unexpected(std::move(address.error()));
      auto& at = coordinated[found.node_id];
      at.first = Broker{found.node_id, *std::move(address)};
      at.second.push_back(found.key);
    }
  }
  return coordinated;
}

Result<GroupFaults> Cluster::ask_coordinators(std::vector<std::string> groups, const Ask& ask) {
  const Deadline deadline = this->deadline();
  GroupFaults lasting;
  Backoff backoff(deadline);
  for (;;) {
    GroupFaults faults;
    const auto coordinated = find_coordinators(groups, faults, deadline);
    if (!coordinated.has_value()) return std::unexpected(coordinated.error());
    for (const auto& [id, at] : *coordinated) {
      const auto& [broker, its_groups] = at;
      auto connection = connection_to(broker, deadline);
      if (!connection.has_value()) return std::unexpected(std::move(connection.error()));
      for (size_t i = 0; i < its_groups.size(); i += kGroupsPerRequest) {
        const size_t count = std::min(kGroupsPerRequest, its_groups.size() - i);
        const auto first = its_groups.begin() + static_cast<ptrdiff_t>(i);
        auto asked =
            ask(**connection, broker,
                std::vector<std::string>(first, first + static_cast<ptrdiff_t>(count)), deadline);
        if (!asked.has_value()) return std::unexpected(std::move(asked.error()));
        faults.merge(*asked);
      }
    }
    groups.clear();
    for (auto& [group, fault] : faults) {
      if (is_about_coordinator(fault.code)) groups.push_back(group);
      lasting[group] = std::move(fault);
    }
    if (groups.empty() || !backoff.pause()) return lasting;
    for (const std::string& group : groups) lasting.erase(group);
  }
}

Result<void> Cluster::find_at_leader(const Broker& leader, const Wanted& wanted,
                                     std::map<TopicPartition, FoundOffset>& found,
                                     const Search& search) {
  auto connection = connection_to(leader, search.deadline);
  if (!connection.has_value()) return std::unexpected(std::move(connection.error()));
  const auto version = (*connection)->version_of<wire::ListOffsetsRequest>();
  if (!version.has_value()) return std::unexpected(version.error());
  if (*version < 1) {
    return fail(ErrorKind::unsupported, "the broker is older than Kafka 0.10.1");
  }
  wire::ListOffsetsRequest request;
  request.replica_id = -1;
  request.isolation_level = static_cast<int8_t>(search.isolation);
  request.timeout_ms = static_cast<int32_t>(
      std::min<int64_t>(options_.timeout.count(), std::numeric_limits<int32_t>::max()));
  for (const auto& [at, time_ms] : wanted) {
    if (request.topics.empty() || request.topics.back().name != at.topic) {
      request.topics.emplace_back().name = at.topic;
    }
    auto& partition = request.topics.back().partitions.emplace_back();
    partition.partition_index = at.partition;
    partition.timestamp = time_ms;
  }
  const auto response =
      (*connection)->call<wire::ListOffsetsResponse>(request, *version, search.deadline);
  if (!response.has_value()) return std::unexpected(response.error());
  for (const auto& topic : response->topics) {
    for (const auto& partition : topic.partitions) {
      const auto at = found.find(TopicPartition{topic.name, partition.partition_index});
      if (at != found.end()) at->second = FoundOffset{partition.error_code, partition.offset};
    }
  }
  return {};
}

Result<std::map<TopicPartition, FoundOffset>> Cluster::find_offsets(
    const std::map<TopicPartition, int64_t>& times_ms, Isolation isolation) {
  const Deadline deadline = this->deadline();
  std::map<TopicPartition, FoundOffset> found;
  Wanted open = times_ms;
  Backoff backoff(deadline);
  for (int attempt = 1; !open.empty(); ++attempt) {
    std::set<std::string> topics;
    for (const auto& [at, time_ms] : open) topics.insert(at.topic);
    const auto metadata = ask_metadata(topics, deadline, Creation::never);
    if (!metadata.has_value()) return std::unexpected(metadata.error());
    for (const auto& [at, time_ms] : open) {
      found[at] = FoundOffset{ErrorCode::unknown_topic_or_partition, -1};
    }
    std::map<int32_t, Wanted> by_leader;
    for (const auto& topic : metadata->topics) {
      for (const auto& partition : topic.partitions) {
        const TopicPartition at{topic.name.value_or(""), partition.partition_index};
        const auto wanted = open.find(at);
        if (wanted == open.end()) continue;
        found[at].error = ErrorCode::leader_not_available;
        if (partition.leader_id >= 0) by_leader[partition.leader_id].insert(*wanted);
      }
    }
    for (const Broker& broker : std::vector<Broker>(brokers_)) {
      const auto wanted = by_leader.find(broker.id);
      if (wanted == by_leader.end()) continue;
      const auto done = find_at_leader(broker, wanted->second, found, {isolation, deadline});
      if (!done.has_value()) return std::unexpected(done.error());
    }
    std::erase_if(open,
                  [&](const auto& each) { return !is_about_leader(found[each.first].error); });
    if (open.empty() || attempt == kLeaderAttempts || !backoff.pause()) break;
  }
  return found;
}

}  // namespace kelp::client
