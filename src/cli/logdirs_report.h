// What brokers say of their log directories, as tables and JSON: from what was found, asking
// nothing.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error_code.h"
#include "cli/table.h"
#include "client/cluster.h"

namespace kelp::cli {

/// A partition's log on one broker.
struct LogReplica {
  client::TopicPartition at;
  int64_t size_bytes = 0;
  int64_t offset_lag = 0;
  bool is_future = false;  // being moved here from another directory
};

struct LogDir {
  int32_t broker_id = -1;
  std::string path;
  ErrorCode error = ErrorCode::none;
  std::optional<int64_t> total_bytes;   // of the volume
  std::optional<int64_t> usable_bytes;  // of the volume
  std::vector<LogReplica> replicas;

  int64_t size_bytes() const;
};

enum class SizeUnit : uint8_t { bytes, largest };  // 1536; 1.5 KiB

std::string size_text(int64_t size_bytes, SizeUnit unit);

struct LogDirsOrder {
  SizeUnit unit = SizeUnit::largest;
  bool by_size = false;  // the largest first; else by name
};

Table dirs_table(const std::vector<LogDir>& dirs, SizeUnit unit);
/// A row for each topic: all its replicas together.
Table topic_sizes_table(const std::vector<LogDir>& dirs, const LogDirsOrder& order);
/// A row for each replica of a partition.
Table replicas_table(const std::vector<LogDir>& dirs, const LogDirsOrder& order);

boost::json::array dirs_json(const std::vector<LogDir>& dirs);

}  // namespace kelp::cli
