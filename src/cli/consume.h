// `kelp consume`: prints the records of topics of any Kafka cluster since 2.1, as they are and as
// they come.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/cluster_options.h"

namespace kelp::cli {

struct ConsumeOptions {
  ClusterOptions cluster;
  std::vector<std::string> topics;
  std::string from = "beginning";
  std::string until;
  bool exit_at_end = false;
  std::optional<int64_t> count;
  std::string group;
  std::string isolation = "read_uncommitted";
  std::string format = "text";
  std::optional<std::string> template_text;
  bool timestamps = false;
  bool offsets = false;
  bool headers = false;
  std::optional<std::string> key_separator;
  std::string null_text = "null";
};

/// Prints and returns the exit code.
int consume(const ConsumeOptions& options);

}  // namespace kelp::cli
