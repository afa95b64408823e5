// `kelp cluster info`: who is there, what they hold and what they speak.
#include <fmt/format.h>

#include <algorithm>

#include "cli/cluster_options.h"
#include "cli/cluster_report.h"
#include "cli/commands.h"
#include "cli/json_print.h"
#include "cli/topic_health.h"
#include "client/admin.h"
#include "wire/55_describe_quorum.h"
#include "wire/60_describe_cluster.h"

namespace kelp::cli {
namespace {

using client::Cluster;
using client::Connection;
using client::Deadline;

struct ClusterInfoOptions {
  ClusterOptions cluster;
  bool verbose = false;
};

/// The first DescribeCluster that also tells of brokers which do not serve.
constexpr int16_t kFirstWithFenced = 2;
/// The topic whose only partition is the cluster's metadata.
constexpr std::string_view kMetadataTopic = "__cluster_metadata";

ClusterInfo info_of(const wire::MetadataResponse& metadata) {
  ClusterInfo info;
  info.cluster_id = metadata.cluster_id;
  if (metadata.controller_id >= 0) info.controller_id = metadata.controller_id;
  for (const auto& broker : metadata.brokers) {
    info.nodes.push_back({broker.node_id, broker.host, broker.port, broker.rack});
  }
  for (const Topic& topic : metadata.topics) {
    ++info.topics;
    info.partitions += topic.partitions.size();
    info.under_replicated += count_partitions(topic, is_under_replicated);
    info.unavailable += count_partitions(topic, is_unavailable);
  }
  return info;
}

/// Brokers that Metadata does not list: those that are fenced.
Result<void> add_fenced(Connection& connection, ClusterInfo& info, Deadline deadline) {
  if (!connection.serves(wire::DescribeClusterRequest::key)) return {};
  const auto version = connection.version_of<wire::DescribeClusterRequest>();
  if (!version.has_value() || *version < kFirstWithFenced) return {};
  wire::DescribeClusterRequest request;
  request.include_fenced_brokers = true;
  const auto response = connection.call<wire::DescribeClusterResponse>(request, *version, deadline);
  if (!response.has_value()) return std::unexpected(response.error());
  for (const auto& broker : response->brokers) {
    if (!broker.is_fenced) continue;
    info.nodes.push_back({broker.broker_id, broker.host, broker.port, broker.rack, true});
  }
  return {};
}

/// Nothing where there is no KRaft, or where it is not ours to see.
Result<void> add_quorum(Connection& connection, ClusterInfo& info, Deadline deadline) {
  if (!connection.serves(wire::DescribeQuorumRequest::key)) return {};
  wire::DescribeQuorumRequest request;
  auto& topic = request.topics.emplace_back();
  topic.topic_name = kMetadataTopic;
  topic.partitions.emplace_back().partition_index = 0;
  const auto response = client::ask<wire::DescribeQuorumResponse>(connection, request, deadline);
  if (!response.has_value()) return std::unexpected(response.error());
  if (response->error_code != ErrorCode::none || response->topics.empty() ||
      response->topics[0].partitions.empty()) {
    return {};
  }
  const auto& partition = response->topics[0].partitions[0];
  if (partition.error_code != ErrorCode::none) return {};
  Quorum& quorum = info.quorum.emplace();
  quorum.leader_id = partition.leader_id;
  quorum.leader_epoch = partition.leader_epoch;
  for (const auto& voter : partition.current_voters) quorum.voters.push_back(voter.replica_id);
  for (const auto& each : partition.observers) quorum.observers.push_back(each.replica_id);
  return {};
}

Result<wire::ApiVersionsResponse> ask_versions(Connection& connection, Deadline deadline) {
  wire::ApiVersionsRequest request;
  request.client_software_name = "kelp";
  request.client_software_version = "1";
  return client::ask<wire::ApiVersionsResponse>(connection, request, deadline);
}

Result<ClusterInfo> find(Cluster& cluster) {
  const auto metadata = client::metadata_of_all(cluster);
  if (!metadata.has_value()) return std::unexpected(metadata.error());
  ClusterInfo info = info_of(*metadata);
  const Deadline deadline = cluster.deadline();
  const auto connection = cluster.any_broker(deadline);
  if (!connection.has_value()) return std::unexpected(connection.error());
  if (auto done = add_fenced(**connection, info, deadline); !done.has_value()) {
    return std::unexpected(std::move(done.error()));
  }
  if (auto done = add_quorum(**connection, info, deadline); !done.has_value()) {
    return std::unexpected(std::move(done.error()));
  }
  auto features = ask_versions(**connection, deadline);
  if (!features.has_value()) return std::unexpected(std::move(features.error()));
  info.features = *std::move(features);
  std::ranges::sort(info.nodes, {}, &Node::id);
  return info;
}

/// Asks every broker itself; one that does not answer is said, and the exit code.
int add_apis(Cluster& cluster, ClusterInfo& info) {
  int exit_code = 0;
  for (const client::Broker& broker : std::vector<client::Broker>(cluster.brokers())) {
    const Deadline deadline = cluster.deadline();
    const auto connection = cluster.connection_to(broker, deadline);
    if (!connection.has_value()) {
      exit_code = complain(kFailure, client::words_of(connection.error()));
      continue;
    }
    auto versions = ask_versions(**connection, deadline);
    if (versions.has_value()) {
      std::ranges::sort(versions->api_keys, {}, &wire::ApiVersionsResponse::ApiVersion::api_key);
      info.apis[broker.id] = std::move(versions->api_keys);
    } else {
      exit_code = complain(kFailure, client::words_of(versions.error()));
    }
  }
  return exit_code;
}

void print_tables(const ClusterInfo& info, bool verbose) {
  fmt::print("{}\n{}", summary_table(info).text(), nodes_table(info).text());
  const auto print_more = [](const Table& table) {
    if (!table.empty()) fmt::print("\n{}", table.text());
  };
  if (info.quorum.has_value()) print_more(quorum_table(*info.quorum));
  print_more(features_table(info));
  if (verbose) print_more(apis_table(info));
}

int show_cluster(const ClusterInfoOptions& options) {
  auto cluster = connect(options.cluster);
  if (!cluster.has_value()) return complain(cluster.error());
  auto info = find(*cluster);
  if (!info.has_value()) return complain(info.error());
  const int exit_code = options.verbose ? add_apis(*cluster, *info) : 0;
  if (options.cluster.json) {
    print_json(cluster_json(*info));
  } else {
    print_tables(*info, options.verbose);
  }
  return exit_code;
}

}  // namespace

void add_cluster_commands(CLI::App& app, Action& action) {
  CLI::App& cluster = *app.add_subcommand("cluster", "Look at the cluster as a whole");
  cluster.require_subcommand(1);
  set_exit_code_footer(cluster);
  CLI::App& info = *cluster.add_subcommand(
      "info", "Show its id, brokers, controller, features, and how many topics it holds");
  auto& options = make_action<ClusterInfoOptions>(info, action, show_cluster);
  info.add_flag("--verbose", options.verbose, "Also the versions of every API that brokers serve");
  add_cluster_options(info, options.cluster);
}

}  // namespace kelp::cli
