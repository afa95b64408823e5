#include "cli/logdirs_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "cli/json_print.h"

namespace kelp::cli {
namespace {

struct TopicSize {
  std::string topic;
  std::set<int32_t> partitions;
  size_t replicas = 0;
  int64_t size_bytes = 0;
};

/// The largest there is, where brokers claim more.
int64_t sum_of(int64_t a, int64_t b) {
  int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<int64_t>::max() : sum;
}

/// Falls as `size` rises; unlike the negative of it, also for the smallest number.
int64_t largest_first(int64_t size) { return ~size; }

std::vector<TopicSize> topic_sizes(const std::vector<LogDir>& dirs) {
  std::map<std::string, TopicSize> sizes;
  for (const LogDir& dir : dirs) {
    for (const LogReplica& replica : dir.replicas) {
      TopicSize& size = sizes[replica.at.topic];
      size.topic = replica.at.topic;
      size.partitions.insert(replica.at.partition);
      ++size.replicas;
      size.size_bytes = sum_of(size.size_bytes, replica.size_bytes);
    }
  }
  std::vector<TopicSize> list;
  for (auto& [topic, size] : sizes) list.push_back(std::move(size));
  return list;
}

std::string optional_size(const std::optional<int64_t>& size_bytes, SizeUnit unit) {
  return size_bytes.has_value() ? size_text(*size_bytes, unit) : std::string();
}

}  // namespace

int64_t LogDir::size_bytes() const {
  int64_t sum = 0;
  for (const LogReplica& replica : replicas) sum = sum_of(sum, replica.size_bytes);
  return sum;
}

std::string size_text(int64_t size_bytes, SizeUnit unit) {
  constexpr std::array<std::string_view, 5> kUnits{"KiB", "MiB", "GiB", "TiB", "PiB"};
  if (unit == SizeUnit::bytes || size_bytes < 1024) {
    return unit == SizeUnit::bytes ? std::to_string(size_bytes) : fmt::format("{} B", size_bytes);
  }
  double size = static_cast<double>(size_bytes) / 1024;
  size_t i = 0;
  // What would be shown as 1024.0 is one of the next unit.
  for (; size >= 1023.95 && i + 1 < kUnits.size(); ++i) size /= 1024;
  return fmt::format("{:.1f} {}", size, kUnits[i]);
}

Table dirs_table(const std::vector<LogDir>& dirs, SizeUnit unit) {
  Table table({"BROKER", "LOG-DIR", "TOPICS", "REPLICAS", "SIZE", "VOLUME", "USABLE", "ERROR"});
  for (const LogDir& dir : dirs) {
    std::set<std::string> topics;
    for (const LogReplica& replica : dir.replicas) topics.insert(replica.at.topic);
    table.add({std::to_string(dir.broker_id), dir.path, std::to_string(topics.size()),
               std::to_string(dir.replicas.size()), size_text(dir.size_bytes(), unit),
               optional_size(dir.total_bytes, unit), optional_size(dir.usable_bytes, unit),
               dir.error == ErrorCode::none ? std::string() : std::string(name_of(dir.error))});
  }
  return table;
}

Table topic_sizes_table(const std::vector<LogDir>& dirs, const LogDirsOrder& order) {
  std::vector<TopicSize> sizes = topic_sizes(dirs);
  if (order.by_size) {
    std::ranges::sort(sizes, {}, [](const TopicSize& size) {
      return std::pair(largest_first(size.size_bytes), std::string_view(size.topic));
    });
  }
  Table table({"TOPIC", "PARTITIONS", "REPLICAS", "SIZE"});
  for (const TopicSize& size : sizes) {
    table.add({size.topic, std::to_string(size.partitions.size()), std::to_string(size.replicas),
               size_text(size.size_bytes, order.unit)});
  }
  return table;
}

Table replicas_table(const std::vector<LogDir>& dirs, const LogDirsOrder& order) {
  struct Row {
    const LogDir* dir;
    const LogReplica* replica;
  };
  std::vector<Row> rows;
  for (const LogDir& dir : dirs) {
    for (const LogReplica& replica : dir.replicas) rows.push_back({&dir, &replica});
  }
  std::ranges::sort(rows, {}, [&order](const Row& row) {
    const int64_t first = order.by_size ? largest_first(row.replica->size_bytes) : 0;
    return std::tuple(first, row.replica->at, row.dir->broker_id);
  });
  Table table({"TOPIC", "PARTITION", "BROKER", "LOG-DIR", "SIZE", "OFFSET-LAG", "FUTURE"});
  for (const auto& [dir, replica] : rows) {
    table.add({replica->at.topic, std::to_string(replica->at.partition),
               std::to_string(dir->broker_id), dir->path,
               size_text(replica->size_bytes, order.unit), std::to_string(replica->offset_lag),
               replica->is_future ? "yes" : "no"});
  }
  return table;
}

boost::json::array dirs_json(const std::vector<LogDir>& dirs) {
  boost::json::array list;
  for (const LogDir& dir : dirs) {
    boost::json::array partitions;
    for (const LogReplica& replica : dir.replicas) {
      partitions.push_back(boost::json::object{{"topic", replica.at.topic},
                                               {"partition", replica.at.partition},
                                               {"size_bytes", replica.size_bytes},
                                               {"offset_lag", replica.offset_lag},
                                               {"future", replica.is_future}});
    }
    const client::Fault fault{dir.error, ""};
    list.push_back(boost::json::object{
        {"broker", dir.broker_id},
        {"log_dir", dir.path},
        {"size_bytes", dir.size_bytes()},
        {"volume_bytes", or_null(dir.total_bytes)},
        {"usable_bytes", or_null(dir.usable_bytes)},
        {"partitions", std::move(partitions)},
        {"error", error_json(dir.error == ErrorCode::none ? nullptr : &fault)}});
  }
  return list;
}

}  // namespace kelp::cli
