#include "cli/topic_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "cli/config_report.h"
#include "cli/json_print.h"

namespace kelp::cli {
namespace {

std::string ids_text(const std::vector<int32_t>& ids) {
  return fmt::format("{}", fmt::join(ids, ","));
}

boost::json::array ids_json(const std::vector<int32_t>& ids) {
  return boost::json::array(ids.begin(), ids.end());
}

/// "" for none: brokers before Metadata 10 do not tell it.
std::string id_text(const Topic& topic) {
  return topic.topic_id.is_zero() ? std::string() : topic.topic_id.text();
}

boost::json::value id_json(const Topic& topic) {
  if (topic.topic_id.is_zero()) return nullptr;
  return boost::json::value(topic.topic_id.text());
}

/// -1 is nobody, no epoch.
std::optional<int32_t> known(int32_t number) {
  return number < 0 ? std::nullopt : std::optional(number);
}

std::string overrides_text(const std::vector<ConfigEntry>& configs) {
  std::string text;
  for (const ConfigEntry& entry : configs) {
    if (!is_set(entry)) continue;
    if (!text.empty()) text += ' ';
    text += fmt::format("{}={}", entry.name, value_text(entry, entry.value));
  }
  return text;
}

OffsetRange offsets_of(const TopicDescription& described, int32_t partition) {
  const auto found = described.offsets.find(partition);
  return found == described.offsets.end() ? OffsetRange() : found->second;
}

}  // namespace

bool PartitionFilter::keeps(const TopicPartitionState& partition,
                            std::optional<size_t> min_isr) const {
  if (!any()) return true;
  const size_t in_sync = partition.isr_nodes.size();
  return (under_replicated && is_under_replicated(partition)) ||
         (unavailable && is_unavailable(partition)) ||
         (at_min_isr && min_isr.has_value() && in_sync == *min_isr) ||
         (under_min_isr && min_isr.has_value() && in_sync < *min_isr);
}

std::optional<size_t> TopicDescription::min_insync_replicas() const {
  for (const ConfigEntry& entry : configs) {
    if (entry.name != "min.insync.replicas" || !entry.value.has_value()) continue;
    size_t count = 0;
    const char* end = entry.value->data() + entry.value->size();
    if (std::from_chars(entry.value->data(), end, count).ptr == end) return count;
  }
  return std::nullopt;
}

bool TopicDescription::has_overrides() const {
  return std::ranges::any_of(
      configs, [](const ConfigEntry& entry) { return entry.config_source == kTopicSource; });
}

Table topic_list_table(bool verbose) {
  std::vector<std::string> heads{"TOPIC",    "PARTITIONS",       "REPLICATION-FACTOR",
                                 "INTERNAL", "UNDER-REPLICATED", "UNAVAILABLE"};
  if (verbose) heads.emplace_back("ID");
  return Table(std::move(heads));
}

void add_listed(Table& table, const Topic& topic, bool verbose) {
  std::vector<std::string> cells{name_of(topic),
                                 std::to_string(topic.partitions.size()),
                                 std::to_string(replication_factor(topic)),
                                 topic.is_internal ? "yes" : "no",
                                 std::to_string(count_partitions(topic, is_under_replicated)),
                                 std::to_string(count_partitions(topic, is_unavailable))};
  if (verbose) cells.push_back(id_text(topic));
  table.add(cells);
}

boost::json::object listed_json(const Topic& topic) {
  return boost::json::object{{"topic", name_of(topic)},
                             {"id", id_json(topic)},
                             {"internal", topic.is_internal},
                             {"partition_count", topic.partitions.size()},
                             {"replication_factor", replication_factor(topic)},
                             {"under_replicated", count_partitions(topic, is_under_replicated)},
                             {"unavailable", count_partitions(topic, is_unavailable)}};
}

Table topics_table() {
  return Table({"TOPIC", "ID", "PARTITIONS", "REPLICATION-FACTOR", "INTERNAL", "CONFIGS"});
}

void add_topic(Table& table, const TopicDescription& described) {
  const Topic& topic = described.topic;
  table.add({name_of(topic), id_text(topic), std::to_string(topic.partitions.size()),
             std::to_string(replication_factor(topic)), topic.is_internal ? "yes" : "no",
             overrides_text(described.configs)});
}

Table partitions_table(bool offsets) {
  std::vector<std::string> heads{"TOPIC",    "PARTITION", "LEADER", "LEADER-EPOCH",
                                 "REPLICAS", "ISR",       "OFFLINE"};
  if (offsets) heads.insert(heads.end(), {"START-OFFSET", "END-OFFSET"});
  return Table(std::move(heads));
}

void add_partitions(Table& table, const TopicDescription& described, bool offsets) {
  for (const TopicPartitionState& partition : described.partitions) {
    std::vector<std::string> cells{name_of(described.topic),
                                   std::to_string(partition.partition_index),
                                   cell(known(partition.leader_id)),
                                   cell(known(partition.leader_epoch)),
                                   ids_text(partition.replica_nodes),
                                   ids_text(partition.isr_nodes),
                                   ids_text(partition.offline_replicas)};
    if (offsets) {
      const OffsetRange range = offsets_of(described, partition.partition_index);
      cells.insert(cells.end(), {cell(range.start), cell(range.end)});
    }
    table.add(cells);
  }
}

boost::json::object topic_json(const TopicDescription& described, bool offsets) {
  boost::json::object json = listed_json(described.topic);
  boost::json::array partitions;
  for (const TopicPartitionState& partition : described.partitions) {
    boost::json::object each{{"partition", partition.partition_index},
                             {"leader", or_null(known(partition.leader_id))},
                             {"leader_epoch", or_null(known(partition.leader_epoch))},
                             {"replicas", ids_json(partition.replica_nodes)},
                             {"isr", ids_json(partition.isr_nodes)},
                             {"offline_replicas", ids_json(partition.offline_replicas)}};
    if (offsets) {
      const OffsetRange range = offsets_of(described, partition.partition_index);
      each["start_offset"] = or_null(range.start);
      each["end_offset"] = or_null(range.end);
    }
    partitions.push_back(std::move(each));
  }
  json["partitions"] = std::move(partitions);
  std::vector<ConfigEntry> set;
  std::ranges::copy_if(described.configs, std::back_inserter(set), is_set);
  json["configs"] = configs_json(set, false);
  return json;
}

}  // namespace kelp::cli
