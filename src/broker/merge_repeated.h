// Topics and partitions that a request names more than once. Kafka reads Produce and Fetch into a
// map by partition: each is served once, in the place of its first mention, as its last one wants
// it; a topic without partitions is not there at all. Requests that repeat nothing, which are all
// that sound clients send, are looked through and left as they are.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/uuid.h"

namespace kelp::broker {

/// Which fields of a request's topics and partitions hold what.
template <class Topic, class Partition>
struct NamingFields {
  std::string Topic::* name;
  std::vector<Partition> Topic::* partitions;
  int32_t Partition::* index;
};

template <class Topic, class Partition>
bool has_repeated(const std::vector<Topic>& topics, NamingFields<Topic, Partition> fields) {
  std::vector<std::pair<std::string_view, Uuid>> named;
  std::vector<int32_t> indexes;
  for (const Topic& topic : topics) {
    const std::vector<Partition>& partitions = topic.*(fields.partitions);
    if (partitions.empty()) return true;
    if (topics.size() > 1) named.emplace_back(topic.*(fields.name), topic.topic_id);
    if (partitions.size() == 1) continue;
    indexes.clear();
    for (const Partition& partition : partitions) indexes.push_back(partition.*(fields.index));
    std::ranges::sort(indexes);
    if (std::ranges::adjacent_find(indexes) != indexes.end()) return true;
  }
  std::ranges::sort(named);
  return std::ranges::adjacent_find(named) != named.end();
}

template <class Topic, class Partition>
void merge_repeated(std::vector<Topic>& topics, NamingFields<Topic, Partition> fields) {
  if (!has_repeated(topics, fields)) return;
  std::vector<Topic> merged;
  std::map<std::pair<std::string, Uuid>, size_t> place_of_topic;
  std::map<std::pair<size_t, int32_t>, size_t> place_of_partition;
  for (Topic& topic : topics) {
    std::vector<Partition> partitions = std::exchange(topic.*(fields.partitions), {});
    if (partitions.empty()) continue;
    const auto [entry, is_new] =
        place_of_topic.try_emplace({topic.*(fields.name), topic.topic_id}, merged.size());
    const size_t place = entry->second;
    if (is_new) merged.push_back(std::move(topic));
    std::vector<Partition>& kept = merged[place].*(fields.partitions);
    for (Partition& partition : partitions) {
      const auto [at, is_first] =
          place_of_partition.try_emplace({place, partition.*(fields.index)}, kept.size());
      if (is_first) {
        kept.push_back(std::move(partition));
      } else {
        kept[at->second] = std::move(partition);
      }
    }
  }
  topics = std::move(merged);
}

}  // namespace kelp::broker
