#include "client/leaders.h"

namespace kelp::client {

Result<void> Leaders::refresh() {
  const auto metadata = cluster_->metadata(topics_, creation_);
  if (!metadata.has_value()) return std::unexpected(metadata.error());
  std::map<int32_t, Broker> brokers;
  for (const Broker& broker : cluster_->brokers()) brokers[broker.id] = broker;
  known_.clear();
  for (const auto& described : metadata->topics) {
    Topic& topic = known_[described.name.value_or("")];
    topic.error = described.error_code;
    topic.partition_count = static_cast<int32_t>(described.partitions.size());
    for (const auto& partition : described.partitions) {
      const auto leader = brokers.find(partition.leader_id);
      if (leader != brokers.end()) topic.leaders[partition.partition_index] = leader->second;
    }
  }
  return {};
}

const Broker* Leaders::of(const TopicPartition& at) const {
  const auto topic = known_.find(at.topic);
  if (topic == known_.end()) return nullptr;
  const auto leader = topic->second.leaders.find(at.partition);
  return leader == topic->second.leaders.end() ? nullptr : &leader->second;
}

int32_t Leaders::partition_count(const std::string& topic) const {
  const auto found = known_.find(topic);
  return found == known_.end() ? 0 : found->second.partition_count;
}

std::vector<int32_t> Leaders::led_partitions(const std::string& topic) const {
  std::vector<int32_t> partitions;
  if (const auto found = known_.find(topic); found != known_.end()) {
    for (const auto& [partition, leader] : found->second.leaders) partitions.push_back(partition);
  }
  return partitions;
}

ErrorCode Leaders::error_of(const std::string& topic) const {
  const auto found = known_.find(topic);
  return found == known_.end() ? ErrorCode::unknown_topic_or_partition : found->second.error;
}

}  // namespace kelp::client
