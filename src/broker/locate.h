// Finding what a request names: a topic by name or id, a partition that the asked node leads, its
// replica on its shard.
#pragma once

#include <optional>
#include <string_view>

#include "broker/broker.h"
#include "broker/request.h"

namespace kelp::broker {

struct Located {
  ErrorCode error = ErrorCode::none;
  TopicRef topic;
  const PartitionImage* partition = nullptr;  // of `topic`
  engine::PartitionId id;
};

/// Errors: 3 UNKNOWN_TOPIC_OR_PARTITION; 6 NOT_LEADER_OR_FOLLOWER when another node leads it
/// (`partition` says which).
inline Located locate(const RequestContext& context, TopicRef topic, int32_t index) {
  Located found;
  found.topic = std::move(topic);
  if (found.topic != nullptr) found.partition = found.topic->partition(index);
  if (found.partition == nullptr) {
    found.error = ErrorCode::unknown_topic_or_partition;
    return found;
  }
  found.id = found.topic->partition_id(index);
  if (found.partition->leader != context.broker.node_of(*context.peer)) {
    found.error = ErrorCode::not_leader_or_follower;
  }
  return found;
}

/// Tells a client that missed the leader where it is (KIP-951: Produce v10, Fetch v16).
template <class Answer, class Response>
void hint_leader(const RequestContext& context, const Located& at, Answer& answer,
                 Response& response) {
  if (at.partition == nullptr) return;
  answer.current_leader.leader_id = at.partition->leader.value();
  answer.current_leader.leader_epoch = at.partition->leader_epoch.value();
  for (const auto& known : response.node_endpoints) {
    if (known.node_id == at.partition->leader.value()) return;
  }
  const HostAndPort address = context.broker.address_of(at.partition->leader, *context.peer);
  auto& endpoint = response.node_endpoints.emplace_back();
  endpoint.node_id = at.partition->leader.value();
  endpoint.host = address.host;
  endpoint.port = address.port;
}

/// Runs `work(Replica&)`, which returns a task, on the partition's shard; on this one without a
/// detour. `missing` is the answer when the partition went away meanwhile.
template <class Work, class Answer>
rt::Task<Answer> on_replica(ShardStates& shards, engine::PartitionId id, Work work,
                            Answer missing) {
  ShardState& owner = shards.owner_of(id);
  if (&owner.shard() == &rt::Shard::current()) {
    const std::shared_ptr<Replica> replica = owner.find(id);
    if (replica == nullptr) co_return missing;
    co_return co_await work(*replica);
  }
  auto there = [&]() -> rt::Task<Answer> {
    const std::shared_ptr<Replica> replica = owner.find(id);
    if (replica == nullptr) co_return missing;
    co_return co_await work(*replica);
  };
  co_return co_await rt::call_on(owner.shard(), there);
}

}  // namespace kelp::broker
