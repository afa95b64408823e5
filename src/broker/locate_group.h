// Finding who coordinates a group: the partition of __consumer_offsets that its name belongs to, on
// the shard that has it.
#pragma once

#include "broker/locate.h"
#include "group/placement.h"
#include "group/refusals.h"

namespace kelp::broker {

struct LocatedGroup {
  ErrorCode error = ErrorCode::none;
  engine::PartitionId id;
  const PartitionImage* partition = nullptr;
  TopicRef topic;  // keeps `partition`
};

/// Errors: 16 NOT_COORDINATOR when another node coordinates it, or nobody yet (FindCoordinator
/// makes the topic).
inline LocatedGroup locate_group(const RequestContext& context, std::string_view group_id) {
  LocatedGroup found;
  found.topic = context.broker.image()->find(kOffsetsTopic);
  found.error = ErrorCode::not_coordinator;
  if (found.topic == nullptr) return found;
  const auto partitions = static_cast<int32_t>(found.topic->partitions.size());
  found.id = found.topic->partition_id(group::partition_of_group(group_id, partitions));
  found.partition = found.topic->partition(found.id.index);
  if (found.partition->leader == context.broker.node_of(*context.peer)) {
    found.error = ErrorCode::none;
  }
  return found;
}

/// Runs `work(HostedGroups&)`, which returns a task of `Answer`, on the shard of the group's
/// partition. `refuse(error)` makes the answer when it is not to be asked (loading, or moved
/// meanwhile).
template <class Answer, class Work, class Refuse>
rt::Task<Answer> on_groups(ShardStates& shards, engine::PartitionId id, Work work, Refuse refuse) {
  ShardState& owner = shards.owner_of(id);
  auto there = [&]() -> rt::Task<Answer> {
    const std::shared_ptr<HostedGroups> groups = owner.groups_of(id);
    const ErrorCode refusal = groups == nullptr ? ErrorCode::not_coordinator : groups->refusal();
    if (refusal != ErrorCode::none) co_return refuse(refusal);
    co_return co_await work(*groups);
  };
  co_return co_await rt::call_on(owner.shard(), there);
}

/// A client's address as Kafka stores and shows it.
inline std::string shown_host(const RequestContext& context) {
  return "/" + context.peer->client_host;
}

/// `client_host` has to outlive what it returns.
inline group::Context asked_by(const RequestContext& context, std::string_view client_host) {
  group::Context asked;
  asked.version = context.version();
  asked.client_id = context.client_id();
  asked.client_host = client_host;
  return asked;
}

/// A request for one group that its coordinator answers by itself.
template <class Response, class Request>
rt::Task<Response> ask_group(RequestContext& context, const Request& request,
                             const std::string& group_id) {
  const LocatedGroup at = locate_group(context, group_id);
  if (at.error != ErrorCode::none) co_return group::refused(request, at.error);
  const std::string client_host = shown_host(context);
  const group::Context asked = asked_by(context, client_host);
  auto work = [&](HostedGroups& groups) -> rt::Task<Response> {
    group::Response response = co_await groups.ask(request, asked);
    co_return std::get<Response>(std::move(response));
  };
  auto refuse = [&](ErrorCode error) { return group::refused(request, error); };
  co_return co_await on_groups<Response>(context.broker.shards(), at.id, work, refuse);
}

/// The same for a request that may wait long: when its client goes, the coordinator is told and
/// waits for it no more.
template <class Response, class Request>
rt::Task<Response> ask_group_and_wait(RequestContext& context, const Request& request) {
  const LocatedGroup at = locate_group(context, request.group_id);
  if (at.error != ErrorCode::none) co_return group::refused(request, at.error);
  const std::string client_host = shown_host(context);
  const group::Context asked = asked_by(context, client_host);

  // Touched on the coordinator's shard only.
  struct Parked {
    std::shared_ptr<HostedGroups> groups;
    group::Token token = 0;
  };
  const auto parked = std::make_shared<Parked>();
  ShardState& here = context.broker.shards().here();
  ShardState& owner = context.broker.shards().owner_of(at.id);
  const group::Response last_words = group::refused(request, ErrorCode::network_exception);
  auto give_up = [&owner, parked, group_id = request.group_id, last_words] {
    owner.shard().post([parked, group_id, last_words] {
      if (parked->groups != nullptr) parked->groups->forget(group_id, parked->token, last_words);
    });
  };
  auto work = [&](HostedGroups& groups) -> rt::Task<Response> {
    parked->groups = groups.shared_from_this();
    group::Response response = co_await groups.ask(request, asked, &parked->token);
    parked->groups = nullptr;
    co_return std::get<Response>(std::move(response));
  };
  auto refuse = [&](ErrorCode error) { return group::refused(request, error); };
  const auto entry = here.parked(context.peer->id, give_up);
  auto asking = on_groups<Response>(context.broker.shards(), at.id, work, refuse);
  Response response = co_await asking;
  here.unparked(entry);
  co_return response;
}

}  // namespace kelp::broker
