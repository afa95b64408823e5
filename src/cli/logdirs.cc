// `kelp logdirs`: what topics take of the brokers' disks.
#include <fmt/format.h>

#include <algorithm>

#include "cli/cluster_options.h"
#include "cli/commands.h"
#include "cli/json_print.h"
#include "cli/logdirs_report.h"
#include "cli/named_partitions.h"
#include "client/admin.h"
#include "wire/35_describe_log_dirs.h"

namespace kelp::cli {
namespace {

using client::TopicPartition;

struct LogDirsOptions {
  ClusterOptions cluster;
  std::vector<std::string> topics;
  std::vector<int32_t> brokers;
  bool partitions = false;
  bool by_size = false;
  bool bytes = false;
};

/// Those that were asked for. Errors: invalid for one that is not there.
Result<std::vector<client::Broker>> brokers_meant(const client::Cluster& cluster,
                                                  const std::vector<int32_t>& ids) {
  if (ids.empty()) return cluster.brokers();
  std::vector<client::Broker> brokers;
  for (const client::Broker& broker : cluster.brokers()) {
    if (std::ranges::find(ids, broker.id) != ids.end()) brokers.push_back(broker);
  }
  for (const int32_t id : ids) {
    if (std::ranges::find(brokers, id, &client::Broker::id) != brokers.end()) continue;
    return fail(ErrorKind::not_found, fmt::format("there is no broker {} now", id));
  }
  return brokers;
}

wire::DescribeLogDirsRequest request_for(const std::set<TopicPartition>& partitions) {
  wire::DescribeLogDirsRequest request;
  if (partitions.empty()) return request;
  auto& topics = request.topics.emplace();
  for (const TopicPartition& at : partitions) {
    if (topics.empty() || topics.back().topic != at.topic) topics.push_back({at.topic, {}});
    topics.back().partitions.push_back(at.partition);
  }
  return request;
}

LogDir dir_of(const wire::DescribeLogDirsResponse::DescribeLogDirsResult& result,
              int32_t broker_id) {
  LogDir dir{broker_id, result.log_dir, result.error_code, {}, {}, {}};
  if (result.total_bytes >= 0) dir.total_bytes = result.total_bytes;
  if (result.usable_bytes >= 0) dir.usable_bytes = result.usable_bytes;
  for (const auto& topic : result.topics) {
    for (const auto& partition : topic.partitions) {
      dir.replicas.push_back({{topic.name, partition.partition_index},
                              partition.partition_size,
                              partition.offset_lag,
                              partition.is_future_key});
    }
  }
  std::ranges::sort(dir.replicas, {}, &LogReplica::at);
  return dir;
}

Result<void> add_dirs(client::Cluster& cluster, const client::Broker& broker,
                      const wire::DescribeLogDirsRequest& request, std::vector<LogDir>& dirs) {
  const client::Deadline deadline = cluster.deadline();
  const auto connection = cluster.connection_to(broker, deadline);
  if (!connection.has_value()) return std::unexpected(connection.error());
  const auto response = client::ask<wire::DescribeLogDirsResponse>(**connection, request, deadline);
  if (!response.has_value()) return std::unexpected(response.error());
  if (response->error_code != ErrorCode::none) {
    return fail(ErrorKind::io,
                fmt::format("broker {}: {}", broker.id, explain(response->error_code)));
  }
  for (const auto& result : response->results) dirs.push_back(dir_of(result, broker.id));
  return {};
}

void print(const std::vector<LogDir>& dirs, const LogDirsOptions& options) {
  if (options.cluster.json) {
    print_json(dirs_json(dirs));
    return;
  }
  const SizeUnit unit = options.bytes ? SizeUnit::bytes : SizeUnit::largest;
  const LogDirsOrder order{unit, options.by_size};
  fmt::print("{}", dirs_table(dirs, unit).text());
  const Table more =
      options.partitions ? replicas_table(dirs, order) : topic_sizes_table(dirs, order);
  if (!more.empty()) fmt::print("\n{}", more.text());
}

int show_logdirs(const LogDirsOptions& options) {
  const auto specs = parse_topic_specs(options.topics);
  if (!specs.has_value()) return complain(specs.error());
  auto cluster = connect(options.cluster);
  if (!cluster.has_value()) return complain(cluster.error());
  const auto brokers = brokers_meant(*cluster, options.brokers);
  if (!brokers.has_value()) return complain(brokers.error());
  std::set<TopicPartition> partitions;
  if (!specs->empty()) {
    auto named = partitions_of(*cluster, *specs);
    if (!named.has_value()) return complain(named.error());
    partitions = *std::move(named);
  }
  const wire::DescribeLogDirsRequest request = request_for(partitions);
  std::vector<LogDir> dirs;
  int exit_code = 0;
  for (const client::Broker& broker : *brokers) {
    const auto done = add_dirs(*cluster, broker, request, dirs);
    if (!done.has_value()) exit_code = complain(kFailure, client::words_of(done.error()));
  }
  print(dirs, options);
  for (const LogDir& dir : dirs) {
    if (dir.error == ErrorCode::none) continue;
    exit_code = complain(
        kFailure, fmt::format("broker {}, {}: {}", dir.broker_id, dir.path, explain(dir.error)));
  }
  return exit_code;
}

}  // namespace

void add_logdirs_command(CLI::App& app, Action& action) {
  CLI::App& command =
      *app.add_subcommand("logdirs", "Show what topics take of the brokers' log directories");
  auto& options = make_action<LogDirsOptions>(command, action, show_logdirs);
  set_exit_code_footer(command);
  command.add_option("TOPIC", options.topics,
                     "Only these topics, or some of their partitions: TOPIC:0,3");
  command.add_option("--broker", options.brokers, "Only these brokers; may repeat")
      ->type_name("ID[,…]")
      ->delimiter(',')
      ->allow_extra_args(false);
  command.add_flag("--partitions", options.partitions, "A row for each replica of a partition");
  command.add_flag("--by-size", options.by_size, "The largest first");
  command.add_flag("--bytes", options.bytes, "Sizes in bytes, not in the largest unit");
  add_cluster_options(command, options.cluster);
}

}  // namespace kelp::cli
