// What a person wrote behind `kelp group …`, as CLI11 fills it; and the commands themselves, which
// print and return the exit code: 0, 1 for a failure, 2 for options that do not fit together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/cluster_options.h"

namespace kelp::cli {

struct GroupListOptions {
  ClusterOptions cluster;
  std::vector<std::string> states;
  std::vector<std::string> types;
};

struct GroupDescribeOptions {
  ClusterOptions cluster;
  std::vector<std::string> groups;
  bool all = false;
  bool offsets = false;
  bool members = false;
  bool state = false;
  bool verbose = false;
};

struct GroupDeleteOptions {
  ClusterOptions cluster;
  std::vector<std::string> groups;
};

struct GroupDeleteOffsetsOptions {
  ClusterOptions cluster;
  std::string group;
  std::vector<std::string> topics;
};

struct GroupResetOptions {
  ClusterOptions cluster;
  std::string group;
  std::vector<std::string> topics;
  bool all_topics = false;
  bool to_earliest = false;
  bool to_latest = false;
  bool to_current = false;
  std::optional<int64_t> to_offset;
  std::optional<int64_t> shift_by;
  std::string to_datetime;
  std::string by_duration;
  std::string from_file;
  bool export_csv = false;
  bool execute = false;
  bool dry_run = false;
};

int list_groups(const GroupListOptions& options);
int describe_groups(const GroupDescribeOptions& options);
int delete_groups(const GroupDeleteOptions& options);
int delete_group_offsets(const GroupDeleteOffsetsOptions& options);
int reset_group_offsets(const GroupResetOptions& options);

}  // namespace kelp::cli
