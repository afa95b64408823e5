#include "cli/named_partitions.h"

#include <fmt/format.h>

#include "cli/fault_words.h"

namespace kelp::cli {

using client::TopicPartition;

Result<std::set<TopicPartition>> partitions_of(client::Cluster& cluster,
                                               const std::vector<TopicSpec>& specs) {
  std::set<std::string> topics;
  for (const TopicSpec& spec : specs) topics.insert(spec.topic);
  const auto metadata = cluster.metadata(topics);
  if (!metadata.has_value()) return std::unexpected(metadata.error());
  std::set<TopicPartition> there;
  for (const auto& topic : metadata->topics) {
    for (const auto& partition : topic.partitions) {
      there.insert({topic.name.value_or(""), partition.partition_index});
    }
  }
  std::set<TopicPartition> partitions;
  for (const TopicSpec& spec : specs) {
    bool any = false;
    for (const TopicPartition& at : there) {
      if (at.topic != spec.topic) continue;
      any = true;
      if (spec.partitions.empty()) partitions.insert(at);
    }
    if (!any) return fail(ErrorKind::not_found, fmt::format("there is no topic '{}'", spec.topic));
    for (const int32_t number : spec.partitions) {
      if (!partitions.insert({spec.topic, number}).second) continue;
      if (there.contains({spec.topic, number})) continue;
      return fail(ErrorKind::not_found,
                  fmt::format("topic '{}' has no partition {}", spec.topic, number));
    }
  }
  return partitions;
}

Result<std::map<TopicPartition, int64_t>> offsets_at(client::Cluster& cluster,
                                                     const std::set<TopicPartition>& partitions,
                                                     int64_t time_ms) {
  std::map<TopicPartition, int64_t> wanted;
  for (const TopicPartition& at : partitions) wanted[at] = time_ms;
  const auto found = cluster.find_offsets(wanted);
  if (!found.has_value()) return std::unexpected(found.error());
  for (const auto& [at, offset] : *found) {
    if (offset.error != ErrorCode::none) {
      return fail(ErrorKind::not_found,
                  fmt::format("{}:{}: {}", at.topic, at.partition, explain(offset.error)));
    }
    wanted[at] = offset.offset;
  }
  return wanted;
}

}  // namespace kelp::cli
