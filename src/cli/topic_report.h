// What lists and descriptions of topics say, as tables and JSON: from what was found, asking
// nothing.
#pragma once

#include <boost/json.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/config_queries.h"
#include "cli/table.h"
#include "cli/topic_health.h"

namespace kelp::cli {

/// Which partitions are wanted: those that any of these is true of; all, when none is set.
struct PartitionFilter {
  bool under_replicated = false;  // not every replica is in sync
  bool unavailable = false;       // without a leader
  bool at_min_isr = false;        // as many in sync as min.insync.replicas wants
  bool under_min_isr = false;     // fewer

  bool any() const { return under_replicated || unavailable || needs_min_isr(); }
  bool needs_min_isr() const { return at_min_isr || under_min_isr; }
  bool keeps(const TopicPartitionState& partition, std::optional<size_t> min_isr) const;
};

struct OffsetRange {
  std::optional<int64_t> start;  // nothing: no leader said it
  std::optional<int64_t> end;
};

struct TopicDescription {
  Topic topic;
  std::vector<TopicPartitionState> partitions;  // of the topic's those that are to be shown
  std::vector<ConfigEntry> configs;  // all of them, or none where the cluster did not tell
  std::map<int32_t, OffsetRange> offsets;

  std::optional<size_t> min_insync_replicas() const;
  bool has_overrides() const;
};

Table topic_list_table(bool verbose);
void add_listed(Table& table, const Topic& topic, bool verbose);
boost::json::object listed_json(const Topic& topic);

Table topics_table();
/// A row for the topic.
void add_topic(Table& table, const TopicDescription& described);
Table partitions_table(bool offsets);
/// A row for each of the partitions that are to be shown.
void add_partitions(Table& table, const TopicDescription& described, bool offsets);
boost::json::object topic_json(const TopicDescription& described, bool offsets);

}  // namespace kelp::cli
