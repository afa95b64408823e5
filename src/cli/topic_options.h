// What a person wrote behind `kelp topic …`, as CLI11 fills it; and the commands themselves, which
// print and return the exit code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/cluster_options.h"
#include "cli/config_change.h"
#include "cli/topic_choice.h"
#include "cli/topic_report.h"

namespace kelp::cli {

struct TopicListOptions {
  ClusterOptions cluster;
  TopicChoice choice;
  PartitionFilter filter;
  bool verbose = false;
};

struct TopicDescribeOptions {
  ClusterOptions cluster;
  TopicChoice choice;
  PartitionFilter filter;
  bool with_overrides = false;
  bool offsets = false;
};

struct TopicCreateOptions {
  ClusterOptions cluster;
  std::vector<std::string> topics;
  std::optional<int32_t> partitions;
  std::optional<int16_t> replication_factor;
  std::string replica_assignment;
  std::vector<std::string> configs;
  bool if_not_exists = false;
  bool dry_run = false;
};

struct TopicAlterOptions {
  ClusterOptions cluster;
  std::vector<std::string> topics;
  std::optional<int32_t> partitions;
  std::string replica_assignment;
  ConfigChangeOptions changes;
  bool if_exists = false;
  bool dry_run = false;
};

struct TopicDeleteOptions {
  ClusterOptions cluster;
  std::vector<std::string> topics;
  std::vector<std::string> matching;
  bool if_exists = false;
  bool dry_run = false;
};

struct TopicTrimOptions {
  ClusterOptions cluster;
  std::vector<std::string> topics;
  std::optional<int64_t> before;
  bool to_latest = false;
  std::string to_datetime;
  std::string by_duration;
  bool dry_run = false;
};

int list_topics(const TopicListOptions& options);
int describe_topics(const TopicDescribeOptions& options);
int create_topics(const TopicCreateOptions& options);
int alter_topics(const TopicAlterOptions& options);
int delete_topics(const TopicDeleteOptions& options);
int trim_topics(const TopicTrimOptions& options);

}  // namespace kelp::cli
