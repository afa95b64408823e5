// The controller's changes of a topic's partitions: more of them, other replicas of them.
#include <algorithm>
#include <map>

#include "base/log.h"
#include "broker/catalog_change.h"
#include "broker/controller.h"
#include "broker/error_map.h"
#include "broker/hosted_groups.h"

namespace kelp::broker {
namespace {

/// Why INVALID_REPLICA_ASSIGNMENT of partitions that join others with so many `replicas`.
std::optional<std::string> fault_of_growth(const std::vector<std::vector<BrokerId>>& assignments,
                                           size_t added, size_t replicas,
                                           const ClusterImage& image) {
  if (assignments.size() != added) {
    return fmt::format(
        "Attempted to add {} additional partition(s), but only {} assignment(s) were specified.",
        added, assignments.size());
  }
  for (const auto& nodes : assignments) {
    const Assignments alone{{0, nodes}};
    if (auto fault = fault_of_assignments(alone, image)) return fault;
    if (nodes.size() != replicas) {
      return fmt::format(
          "The manual partition assignment includes a partition with {} replica(s), but this is "
          "not consistent with previous partitions, which have {} replica(s).",
          nodes.size(), replicas);
    }
  }
  return std::nullopt;
}

}  // namespace

Verdict Controller::judge_growth(const GrowthOrder& order, int64_t& room) const {
  if (order.refused != ErrorCode::none) return refused(order.refused, order.message);
  const ClusterImage& image = *shards_.here().image();
  const TopicRef topic = image.find(order.topic);
  if (topic == nullptr) return refused(ErrorCode::unknown_topic_or_partition, "");
  const auto now = static_cast<int32_t>(topic->partitions.size());
  if (order.partitions < now) {
    return refused(ErrorCode::invalid_partitions,
                   fmt::format("The topic {} currently has {} partition(s); {} would not be an "
                               "increase.",
                               order.topic, now, order.partitions));
  }
  if (order.partitions == now) {
    return refused(ErrorCode::invalid_partitions,
                   fmt::format("Topic already has {} partition(s).", now));
  }
  const int32_t added = order.partitions - now;
  if (order.assignments.has_value()) {
    auto fault = fault_of_growth(*order.assignments, static_cast<size_t>(added),
                                 topic->partitions.front().replicas.size(), image);
    if (fault.has_value()) {
      return refused(ErrorCode::invalid_replica_assignment, *std::move(fault));
    }
  }
  if (topic->is_shared()) {
    return refused(ErrorCode::invalid_partitions,
                   fmt::format("The partitions of {} are fixed: SeaweedMQ (kelp.storage=smq) would "
                               "begin an empty topic.",
                               order.topic));
  }
  if (order.topic == kOffsetsTopic) {
    return refused(ErrorCode::invalid_request,
                   "The groups of __consumer_offsets belong to its partitions by their number.");
  }
  if (added > room) {
    return refused(ErrorCode::policy_violation,
                   "Excessively large number of partitions per request.");
  }
  room -= added;
  return {};
}

void Controller::grow(TopicDocument& document, const GrowthOrder& order) const {
  if (order.assignments.has_value()) {
    for (const auto& replicas : *order.assignments) document.replicas.push_back(replicas);
    return;
  }
  const size_t factor = std::min(document.replicas.front().size(), nodes_.size());
  const auto count = static_cast<size_t>(order.partitions);
  // The spread goes on where the topic's first partitions left it.
  const auto all = spread_replicas(document.id, count, factor, nodes_);
  for (size_t i = document.replicas.size(); i < count; ++i) document.replicas.push_back(all[i]);
}

rt::Task<std::vector<Verdict>> Controller::create_partitions(std::vector<GrowthOrder> orders,
                                                             bool validate_only,
                                                             MutationQuota* quota) {
  const rt::Units turn = co_await turn_.take(1);
  std::vector<Verdict> verdicts;
  std::vector<engine::Change> changes;
  std::vector<TopicRef> grown;
  int64_t room = kMaxPartitionsPerRequest;
  for (const GrowthOrder& order : orders) {
    verdicts.push_back(judge_growth(order, room));
    if (verdicts.back().error == ErrorCode::none) {
      const size_t present = shards_.here().image()->find(order.topic)->partitions.size();
      if (!allows(quota, static_cast<size_t>(order.partitions) - present)) {
        verdicts.back() = refused(ErrorCode::throttling_quota_exceeded, "");
      }
    }
    if (validate_only || verdicts.back().error != ErrorCode::none) continue;
    auto stored = co_await stored_topic(order.topic);
    if (!stored.has_value()) {
      log_error("create partitions: {}", stored.error().text());
      verdicts.back() = refused(kafka_error(stored.error().kind), "The topic could not be read.");
      continue;
    }
    grow(stored->document, order);
    changes.push_back(put(topic_key(order.topic), stored->version, encode(stored->document)));
    grown.push_back(image_of(std::move(stored->document)));
  }
  if (changes.empty()) co_return verdicts;
  const Result<void> made = co_await make_durable_and_open(std::move(changes), std::move(grown));
  if (!made.has_value()) refuse_all(verdicts, made.error(), "The partitions could not be stored.");
  co_return verdicts;
}

Verdict Controller::judge_reassignment(const ReassignmentOrder& order) const {
  const ClusterImage& image = *shards_.here().image();
  const TopicRef topic = image.find(order.topic);
  if (topic == nullptr) {
    return refused(ErrorCode::unknown_topic_or_partition,
                   fmt::format("Unable to find a topic named {}.", for_log(order.topic)));
  }
  const PartitionImage* partition = topic->partition(order.partition);
  if (partition == nullptr) {
    return refused(ErrorCode::unknown_topic_or_partition,
                   fmt::format("Unable to find partition {}:{}.", order.topic, order.partition));
  }
  if (!order.replicas.has_value()) return refused(ErrorCode::no_reassignment_in_progress, "");
  const Assignments alone{{0, *order.replicas}};
  if (auto fault = fault_of_assignments(alone, image)) {
    return refused(ErrorCode::invalid_replica_assignment, *std::move(fault));
  }
  const size_t now = partition->replicas.size();
  if (!order.may_change_factor && order.replicas->size() != now) {
    return refused(ErrorCode::invalid_replication_factor,
                   fmt::format("The replication factor is changed from {} to {}", now,
                               order.replicas->size()));
  }
  return {};
}

rt::Task<std::vector<Verdict>> Controller::reassign(std::vector<ReassignmentOrder> orders) {
  const rt::Units turn = co_await turn_.take(1);
  std::vector<Verdict> verdicts;
  std::vector<ReassignmentOrder> right;
  for (const ReassignmentOrder& order : orders) {
    verdicts.push_back(judge_reassignment(order));
    if (verdicts.back().error == ErrorCode::none) right.push_back(order);
  }
  if (right.empty()) co_return verdicts;
  const Result<void> made = co_await make_reassigned(std::move(right));
  if (!made.has_value()) refuse_all(verdicts, made.error(), "The replicas could not be stored.");
  co_return verdicts;
}

rt::Task<Result<void>> Controller::make_reassigned(std::vector<ReassignmentOrder> orders) {
  std::map<std::string, std::vector<const ReassignmentOrder*>> by_topic;
  for (const ReassignmentOrder& order : orders) by_topic[order.topic].push_back(&order);
  std::vector<engine::Change> changes;
  std::vector<TopicRef> changed;
  for (const auto& [name, of_topic] : by_topic) {
    auto stored = co_await stored_topic(name);
    if (!stored.has_value()) co_return std::unexpected(std::move(stored.error()));
    TopicDocument& document = stored->document;
    bool leader_moved = false;
    for (const ReassignmentOrder* order : of_topic) {
      auto& replicas = document.replicas[static_cast<size_t>(order->partition)];
      leader_moved = leader_moved || replicas.front() != order->replicas->front();
      replicas = *order->replicas;
    }
    // The epoch counts from here: a lower number is a higher epoch, by which clients learn of it.
    if (leader_moved) --document.unclean_starts;
    changes.push_back(put(topic_key(name), stored->version, encode(document)));
    changed.push_back(image_of(std::move(document)));
  }
  co_return co_await make_durable_and_open(std::move(changes), std::move(changed));
}

}  // namespace kelp::broker
