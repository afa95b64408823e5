#include "sim/server.h"

#include <fmt/format.h>

#include <algorithm>

namespace kelp::sim {
namespace {

constexpr int64_t kStartWallMs = 1'700'000'000'000;
/// What a call may take beside the times that the protocol gives it.
constexpr int64_t kSlackMs = 100;

const std::string& group_of(const Request& request) {
  static const std::string kNone;
  return std::visit(
      [](const auto& each) -> const std::string& {
        if constexpr (requires { each.group_id; })
          return each.group_id;
        else
          return each.groups_names.empty() ? kNone : each.groups_names.front();
      },
      request);
}

}  // namespace

std::optional<Uuid> OneTopic::id_of(std::string_view topic) const {
  if (topic != kTopic) return std::nullopt;
  Uuid id;
  id.bytes[0] = 7;
  return id;
}

std::optional<std::string> OneTopic::name_of(const Uuid& id) const {
  return id == *id_of(kTopic) ? std::optional<std::string>(kTopic) : std::nullopt;
}

int32_t OneTopic::partitions_of(std::string_view topic) const {
  return topic == kTopic ? kPartitions : 0;
}

Server::Server(World& the_world, group::GroupSettings with, std::set<std::string> groups)
    : world(the_world), oracle(the_world), settings(with), groups_(std::move(groups)) {
  start();
  world.after(1'000, [this] { tick(); });
}

group::Now Server::now() const { return {world.now_ms(), kStartWallMs + world.now_ms()}; }

void Server::start() {
  ++start_;
  oracle.on_coordinator_start();
  wake_ms_ = group::kNever;
  coordinator.emplace(settings, topic_, [this] {
    Uuid id;
    for (uint8_t& byte : id.bytes) byte = static_cast<uint8_t>(world.number(0, 255));
    return id;
  });
  for (const group::Record& record : log_) {
    if (!coordinator->replay(record.key, record.value)) world.fail("a record cannot be read");
  }
  run(coordinator->on_loaded(now()));
  note_gone_groups();
  check();
}

void Server::crash_and_restart() {
  world.tell("the coordinator crashes");
  oracle.on_crash();
  // A part of what was on its way is in the log, in order; nobody was told.
  while (!appends_.empty() && world.happens(500)) {
    for (group::Record& record : appends_.front().effects.records)
      log_.push_back(std::move(record));
    appends_.pop_front();
  }
  appends_.clear();
  auto broken = std::move(calls_);
  calls_.clear();
  start();
  for (auto& [token, call] : broken) {
    world.after(world.number(1, 500), [call = std::move(call)] { call.on_reply(nullptr); });
  }
}

void Server::call(const std::string& client_id, int16_t version, Request request,
                  OnReply on_reply) {
  const int start = start_;
  const int64_t slow_ms = world.happens(world.faults.slow_call) ? world.number(1, 5'000) : 0;
  if (world.happens(world.faults.duplicate_call)) {
    // The same once more, by a client that gave up on its first connection.
    world.after(world.number(0, 3'000), [=, this] {
      receive(start, client_id, version, request, [](const group::Response*) {});
    });
  }
  world.after(world.number(0, 3) + slow_ms, [=, this, on_reply = std::move(on_reply)] {
    receive(start, client_id, version, request, on_reply);
  });
}

void Server::receive(int start, const std::string& client_id, int16_t version, Request request,
                     OnReply on_reply) {
  if (start != start_) return on_reply(nullptr);
  const group::Token token = ++last_token_;
  Call& call = calls_[token];
  call.request = std::move(request);
  call.version = version;
  call.at_ms = world.now_ms();
  call.newest_generation = oracle.newest_generation(group_of(call.request));
  call.on_reply = std::move(on_reply);
  begin_writes(call);
  const group::Context context{.at = now(),
                               .token = token,
                               .version = version,
                               .client_id = client_id,
                               .client_host = "/127.0.0.1"};
  const Request& asked = call.request;
  run(std::visit([&](const auto& each) { return coordinator->on(each, context); }, asked));

  if (!calls_.contains(token) || !world.happens(world.faults.lost_reply)) return;
  // The connection breaks while the call waits; the coordinator is told or not.
  world.after(world.number(1, 3'000), [this, start, token] {
    const auto found = calls_.find(token);
    if (start != start_ || found == calls_.end()) return;
    const bool parks = std::holds_alternative<wire::JoinGroupRequest>(found->second.request) ||
                       std::holds_alternative<wire::SyncGroupRequest>(found->second.request);
    found->second.on_reply(nullptr);
    found->second.on_reply = [](const group::Response*) {};
    if (!parks || world.happens(500)) return;
    const std::string group_id = group_of(found->second.request);
    calls_.erase(found);  // a static member's may still be answered, when its record is stored
    run(coordinator->forget(group_id, token, now()));
  });
}

void Server::begin_writes(Call& call) {
  if (const auto* commit = std::get_if<wire::OffsetCommitRequest>(&call.request)) {
    for (const auto& partition : commit->topics.at(0).partitions)
      call.writes.push_back(oracle.begin_write(commit->group_id, partition.partition_index,
                                               partition.committed_offset));
  } else if (std::holds_alternative<wire::DeleteGroupsRequest>(call.request)) {
    for (int32_t partition = 0; partition < kPartitions; ++partition)
      call.writes.push_back(oracle.begin_write(group_of(call.request), partition, std::nullopt));
  }
}

void Server::run(group::Effects effects) {
  for (group::Reply& reply : effects.replies) answer(reply);
  if (!effects.records.empty()) {
    const int64_t last_ms = appends_.empty() ? world.now_ms() : appends_.back().done_ms;
    const int64_t done_ms =
        std::max(last_ms, world.now_ms() + world.number(0, world.faults.append_ms));
    effects.replies.clear();
    appends_.push_back({std::move(effects), done_ms});
    world.after(done_ms - world.now_ms(), [this, start = start_] { finish_append(start); });
  }
  coordinator->check_invariants();
  const int64_t deadline_ms = coordinator->next_deadline();
  if (deadline_ms >= wake_ms_) return;
  wake_ms_ = deadline_ms;
  world.after(std::max<int64_t>(deadline_ms - world.now_ms(), 0), [this, start = start_] {
    if (start == start_) wake();
  });
}

void Server::wake() {
  wake_ms_ = group::kNever;
  run(coordinator->on_time(now()));
}

void Server::finish_append(int start) {
  if (start != start_) return;
  Append append = std::move(appends_.front());
  appends_.pop_front();
  const bool fails = world.happens(world.faults.failed_append);
  if (!fails)
    for (group::Record& record : append.effects.records) log_.push_back(std::move(record));
  run(coordinator->on_append(append.effects.append_id,
                             fails ? ErrorCode::kafka_storage_error : ErrorCode::none, now()));
  note_gone_groups();
}

void Server::answer(group::Reply& reply) {
  const auto found = calls_.find(reply.token);
  if (found == calls_.end()) return;  // forgotten
  Call call = std::move(found->second);
  calls_.erase(found);
  observe(call, reply.response);
  const bool is_lost = world.happens(world.faults.lost_reply);
  const int64_t slow_ms = world.happens(world.faults.slow_call) ? world.number(1, 2'000) : 0;
  auto response = std::make_shared<group::Response>(std::move(reply.response));
  world.after(world.number(0, 3) + slow_ms, [=, on_reply = std::move(call.on_reply)] {
    on_reply(is_lost ? nullptr : response.get());
  });
}

void Server::observe(const Call& call, const group::Response& response) {
  const std::string& group_id = group_of(call.request);
  if (const auto* join = std::get_if<wire::JoinGroupRequest>(&call.request)) {
    oracle.on_join(group_id, *join, call.version, std::get<wire::JoinGroupResponse>(response));
  } else if (const auto* sync = std::get_if<wire::SyncGroupRequest>(&call.request)) {
    oracle.on_sync(group_id, *sync, std::get<wire::SyncGroupResponse>(response));
  } else if (const auto* commit = std::get_if<wire::OffsetCommitResponse>(&response)) {
    oracle.on_commit(group_id, std::get<wire::OffsetCommitRequest>(call.request), *commit,
                     call.newest_generation);
    const auto& partitions = commit->topics.at(0).partitions;
    for (size_t i = 0; i < partitions.size(); ++i)
      oracle.end_write(group_id, partitions[i].partition_index, call.writes.at(i),
                       partitions[i].error_code == ErrorCode::none);
  } else if (const auto* deletion = std::get_if<wire::DeleteGroupsResponse>(&response)) {
    const bool succeeded = deletion->results.at(0).error_code == ErrorCode::none;
    for (int32_t partition = 0; partition < kPartitions; ++partition)
      oracle.end_write(group_id, partition, call.writes.at(static_cast<size_t>(partition)),
                       succeeded);
  }
}

void Server::note_gone_groups() {
  for (const std::string& group_id : groups_) {
    if (coordinator->find(group_id)) {
      known_groups_.insert(group_id);
    } else if (known_groups_.erase(group_id) > 0) {
      oracle.on_group_gone(group_id);
    }
  }
}

void Server::check() {
  oracle.check_generations();
  for (const std::string& group_id : groups_)
    oracle.check_offsets(group_id, coordinator->offsets_of(group_id));
  for (const auto& [token, call] : calls_) {
    int64_t limit_ms = world.faults.append_ms + kSlackMs;
    if (std::holds_alternative<wire::JoinGroupRequest>(call.request))
      limit_ms += longest_rebalance_ms + settings.initial_rebalance_delay_ms;
    if (std::holds_alternative<wire::SyncGroupRequest>(call.request))
      limit_ms += longest_rebalance_ms;
    if (world.now_ms() - call.at_ms > limit_ms)
      world.fail(fmt::format("{}: a call of {} ms ago has no answer", group_of(call.request),
                             world.now_ms() - call.at_ms));
  }
}

/// As kafka-consumer-groups --reset-offsets does: counts only while the group has no members.
void Server::set_offset(const std::string& group_id) {
  wire::OffsetCommitRequest request;
  request.group_id = group_id;
  auto& topic = request.topics.emplace_back();
  topic.name = kTopic;
  topic.partitions.emplace_back(static_cast<int32_t>(world.number(0, kPartitions - 1)),
                                world.number(0, 1'000'000'000));
  call("admin", 8, request, [](const group::Response*) {});
}

/// Once a second: the checks, and what an operator does.
void Server::tick() {
  check();
  if (world.happens(world.faults.coordinator_crash)) crash_and_restart();
  for (const std::string& group_id : groups_) {
    if (world.happens(world.faults.deletion)) {
      if (world.happens(500)) set_offset(group_id);
      wire::DeleteGroupsRequest deletion;
      deletion.groups_names = {group_id};
      call("admin", 2, deletion, [](const group::Response*) {});
    }
    // Offsets are set from outside, at times just when the group is deleted.
    if (world.happens(world.faults.deletion > 0 ? 100 : 0)) {
      for (int64_t i = world.number(1, 3); i > 0; --i) set_offset(group_id);
    }
    const group::ClassicGroup* group = coordinator->find(group_id);
    if (world.happens(world.faults.removal) && group && !group->members().empty()) {
      wire::LeaveGroupRequest removal;
      removal.group_id = group_id;
      removal.members.emplace_back(group->members().begin()->id);
      call("admin", 5, removal, [](const group::Response*) {});
    }
  }
  world.after(1'000, [this] { tick(); });
}

}  // namespace kelp::sim
