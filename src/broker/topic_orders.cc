// How the controller judges an order for a topic: Kafka's checks in Kafka's order, with Kafka's
// words.
#include <algorithm>

#include "broker/controller.h"
#include "broker/topic_rules.h"

namespace kelp::broker {

Verdict Controller::judge_name(const TopicOrder& order, const TopicsByName& added) const {
  if (order.refused != ErrorCode::none) return refused(order.refused, order.message);
  if (auto fault = fault_of_topic_name(order.name)) {
    return refused(ErrorCode::invalid_topic_exception, *std::move(fault));
  }
  const ClusterImage& image = *shards_.here().image();
  if (image.find(order.name) != nullptr) {
    return refused(ErrorCode::topic_already_exists,
                   fmt::format("Topic '{}' already exists.", order.name));
  }
  for (const TopicsByName* topics : {&image.topics(), &added}) {
    const TopicRef rival = colliding_topic(*topics, order.name);
    if (rival == nullptr) continue;
    return refused(ErrorCode::invalid_topic_exception, fault_of_collision(order.name, rival->name));
  }
  return {};
}

Verdict Controller::judge(const TopicOrder& order, const TopicsByName& added,
                          config::TopicOverrides& overrides) const {
  Verdict verdict = judge_name(order, added);
  if (verdict.error != ErrorCode::none) return verdict;
  auto wanted = overrides_of(order);
  if (!wanted.has_value()) {
    return refused(ErrorCode::invalid_config, std::move(wanted.error().what));
  }
  overrides = *std::move(wanted);
  verdict = judge_counts(order, *shards_.here().image());
  return verdict.error == ErrorCode::none ? judge_storage(order, overrides) : verdict;
}

size_t Controller::partitions_of(const TopicOrder& order) const {
  if (!order.assignments.empty()) return order.assignments.size();
  return static_cast<size_t>(order.partitions == -1 ? config_.num_partitions : order.partitions);
}

Verdict Controller::judge_counts(const TopicOrder& order, const ClusterImage& image) const {
  if (!order.assignments.empty()) {
    if (order.replication_factor != -1) {
      return refused(ErrorCode::invalid_request,
                     "A manual partition assignment was specified, but replication factor was not "
                     "set to -1.");
    }
    if (order.partitions != -1) {
      return refused(
          ErrorCode::invalid_request,
          "A manual partition assignment was specified, but numPartitions was not set to -1.");
    }
    if (auto fault = fault_of_assignments(order.assignments, image)) {
      return refused(ErrorCode::invalid_replica_assignment, *std::move(fault));
    }
    return {};
  }
  if (order.replication_factor < -1 || order.replication_factor == 0) {
    return refused(ErrorCode::invalid_replication_factor,
                   "Replication factor must be larger than 0, or -1 to use the default value.");
  }
  if (order.partitions < -1 || order.partitions == 0) {
    return refused(ErrorCode::invalid_partitions,
                   "Number of partitions was set to an invalid non-positive value.");
  }
  const int replicas = replication_factor_of(order);
  if (std::cmp_greater(replicas, nodes_.size())) {
    return refused(ErrorCode::invalid_replication_factor,
                   fmt::format("Unable to replicate the partition {} time(s): The target "
                               "replication factor of {} cannot be reached because only {} "
                               "broker(s) are registered.",
                               replicas, replicas, nodes_.size()));
  }
  return {};
}

int Controller::replication_factor_of(const TopicOrder& order) const {
  return order.replication_factor == -1 ? config_.default_replication_factor
                                        : order.replication_factor;
}

Result<config::TopicOverrides> Controller::overrides_of(const TopicOrder& order) const {
  std::vector<config::NamedText> wanted;
  for (const auto& [name, value] : order.configs) {
    config::NamedText& entry = wanted.emplace_back();
    entry.first = name;
    if (value.has_value()) entry.second = *value;
  }
  return config::validate_topic_overrides(wanted, *node_defaults_.front());
}

TopicDocument Controller::document_of(const TopicOrder& order,
                                      config::TopicOverrides overrides) const {
  TopicDocument document;
  document.name = order.name;
  document.id = Uuid::random();
  document.unclean_starts = unclean_starts_;
  document.overrides = std::move(overrides);
  if (order.assignments.empty()) {
    document.replicas = spread_replicas(document.id, partitions_of(order),
                                        static_cast<size_t>(replication_factor_of(order)), nodes_);
  } else {
    document.replicas.resize(order.assignments.size());
    for (const auto& [index, replicas] : order.assignments) {
      document.replicas[static_cast<size_t>(index)] = replicas;
    }
  }
  return document;
}

}  // namespace kelp::broker
