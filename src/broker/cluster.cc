#include "broker/cluster.h"

#include <algorithm>

namespace kelp::broker {

bool TopicNameOrder::operator()(std::string_view a, std::string_view b) const {
  const auto plain = [](char c) { return c == '.' ? '_' : c; };
  const auto [in_a, in_b] = std::ranges::mismatch(a, b, {}, plain, plain);
  if (in_a == a.end() && in_b == b.end()) return a < b;
  if (in_a == a.end() || in_b == b.end()) return in_a == a.end();
  return plain(*in_a) < plain(*in_b);
}

bool ClusterImage::has_node(BrokerId id) const {
  return std::ranges::find(nodes_, id, &NodeImage::id) != nodes_.end();
}

TopicRef ClusterImage::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

TopicRef ClusterImage::find(const Uuid& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

void ClusterImage::insert(TopicRef topic) {
  erase(topic->name);
  partition_count_ += topic->partitions.size();
  by_id_.put(topic->id, topic);
  const std::string_view name = topic->name;
  by_name_.put(name, std::move(topic));
}

void ClusterImage::erase(std::string_view name) {
  const TopicRef topic = find(name);
  if (topic == nullptr) return;
  partition_count_ -= topic->partitions.size();
  by_id_.erase(topic->id);
  by_name_.erase(name);
}

ClusterImage ClusterImage::with(const std::vector<TopicRef>& added) const {
  ClusterImage next = *this;
  for (const TopicRef& topic : added) next.insert(topic);
  return next;
}

ClusterImage ClusterImage::without(const std::vector<std::string>& names) const {
  ClusterImage next = *this;
  for (const std::string& name : names) next.erase(name);
  return next;
}

ClusterImage ClusterImage::with_settings(SettingsRef settings) const {
  ClusterImage next = *this;
  next.settings_ = std::move(settings);
  return next;
}

ClusterImage ClusterImage::with_resource_configs(ResourceConfigs configs) const {
  ClusterImage next = *this;
  next.resource_configs_ = std::make_shared<const ResourceConfigs>(std::move(configs));
  return next;
}

ClusterImage ClusterImage::with_features(FeatureLevels features) const {
  ClusterImage next = *this;
  next.features_ = std::move(features);
  return next;
}

ClusterImage ClusterImage::with_revision(int64_t revision) const {
  ClusterImage next = *this;
  next.revision_ = revision;
  return next;
}

ClusterImage ClusterImage::with_quotas(QuotasRef quotas) const {
  ClusterImage next = *this;
  next.quotas_ = std::move(quotas);
  return next;
}

size_t shard_of(const engine::PartitionId& id, size_t shards) {
  // Neighbouring partitions of a topic go to different shards.
  return (std::hash<Uuid>()(id.topic_id) + static_cast<size_t>(id.index)) % shards;
}

}  // namespace kelp::broker
