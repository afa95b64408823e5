#include "sim/member.h"

#include <fmt/format.h>

namespace kelp::sim {
namespace {

constexpr int64_t kRetryMs = 100;

/// Any assignor will do for the coordinator: this one throws dice.
std::map<std::string, std::string> assign(World& world, int32_t generation_id,
                                          const wire::JoinGroupResponse& joined) {
  std::map<std::string, std::string> given;
  const int64_t nonce = world.number(0, 1'000'000'000);
  for (const auto& member : joined.members)
    given[member.member_id] =
        fmt::format("{}.{}/{}/", generation_id, nonce, name_in(member.member_id));
  for (int32_t partition = 0; partition < kPartitions; ++partition) {
    const auto size = static_cast<int64_t>(joined.members.size());
    const auto at = static_cast<size_t>(world.number(0, size - 1));
    given[joined.members[at].member_id] += static_cast<char>('0' + partition);
  }
  return given;
}

}  // namespace

SimMember::SimMember(World& world, Server& server, std::string name, std::string group,
                     bool is_static)
    : world_(world),
      server_(server),
      name_(std::move(name)),
      group_(std::move(group)),
      is_static_(is_static),
      // Before version 9 a static leader is told that its old id leads: rules of their own.
      join_version_(static_cast<int16_t>(is_static ? 9 : world.number(2, 9))),
      session_timeout_ms_(static_cast<int32_t>(world.number(6'000, 12'000))),
      rebalance_timeout_ms_(static_cast<int32_t>(world.number(2'000, 15'000))),
      beat_ms_(world.number(1'000, 3'000)) {
  protocols_ = {"range", "sticky"};
  if (world.happens(500)) std::swap(protocols_[0], protocols_[1]);
  // Not the first: a group that was loaded knows only the protocol that it had chosen (the record
  // says no more), and one that others do not speak would shut them out, as it does in Kafka.
  if (world.happens(300)) protocols_.push_back("own-" + name_);
  server_.longest_rebalance_ms =
      std::max<int64_t>(server_.longest_rebalance_ms, rebalance_timeout_ms_);
}

void SimMember::start() {
  ++life_;
  is_fenced_ = false;
  member_id_.clear();
  generation_id_ = -1;
  join();
}

template <class Response, class Request>
void SimMember::call(int16_t version, Request request, void (SimMember::*on)(const Response&)) {
  server_.call(name_, version, std::move(request),
               [this, on, life = life_](const group::Response* response) {
                 if (life != life_) return;
                 if (response) return (this->*on)(std::get<Response>(*response));
                 // No answer. One that works goes on; one that waits for us begins anew.
                 if (state_ != State::working) retry(kRetryMs, &SimMember::join);
               });
}

void SimMember::retry(int64_t delay_ms, void (SimMember::*what)()) {
  world_.after(delay_ms, [this, what, life = life_] {
    if (life == life_) (this->*what)();
  });
}

void SimMember::crash() {
  world_.tell(name_ + " crashes");
  ++life_;
  state_ = State::down;
  partitions_.clear();
  world_.after(world_.number(10, 20'000), [this, life = life_] {
    if (life == life_) start();
  });
}

void SimMember::join() {
  world_.tell(fmt::format("{} asks to join {} as '{}'", name_, group_, member_id_));
  ++life_;
  state_ = State::joining;
  partitions_.clear();
  wire::JoinGroupRequest request;
  request.group_id = group_;
  request.member_id = member_id_;
  if (is_static_) request.group_instance_id = name_;
  request.protocol_type = "consumer";
  request.session_timeout_ms = session_timeout_ms_;
  request.rebalance_timeout_ms = rebalance_timeout_ms_;
  for (const std::string& protocol : protocols_)
    request.protocols.emplace_back(protocol, Slice::copy_of(name_));
  call(join_version_, std::move(request), &SimMember::on_joined);
}

void SimMember::on_joined(const wire::JoinGroupResponse& response) {
  if (response.error_code == ErrorCode::member_id_required) member_id_ = response.member_id;
  if (response.error_code == ErrorCode::group_max_size_reached ||
      response.error_code == ErrorCode::inconsistent_group_protocol)
    return retry(world_.number(1'000, 5'000), &SimMember::join);
  if (response.error_code != ErrorCode::none) return handle(response.error_code);
  member_id_ = response.member_id;
  generation_id_ = response.generation_id;
  protocol_ = response.protocol_name.value_or("");
  world_.tell(fmt::format("{} joined {} generation {} of {} members", name_, group_, generation_id_,
                          response.members.size()));
  sync(response);
}

void SimMember::sync(const wire::JoinGroupResponse& joined) {
  state_ = State::syncing;
  wire::SyncGroupRequest request;
  request.group_id = group_;
  request.member_id = member_id_;
  request.generation_id = generation_id_;
  if (is_static_) request.group_instance_id = name_;
  request.protocol_type = "consumer";
  request.protocol_name = protocol_;
  if (joined.leader == member_id_ && !joined.skip_assignment) {
    for (const auto& [member_id, assignment] : assign(world_, generation_id_, joined))
      request.assignments.emplace_back(member_id, Slice::copy_of(assignment));
  }
  if (world_.happens(world_.faults.slow_call)) {
    // A pause (garbage collection): the group goes on without it, or waits.
    world_.after(world_.number(1, 20'000), [this, request = std::move(request), life = life_] {
      if (life == life_) call(5, request, &SimMember::on_synced);
    });
    return;
  }
  call(5, std::move(request), &SimMember::on_synced);
}

void SimMember::on_synced(const wire::SyncGroupResponse& response) {
  if (response.error_code != ErrorCode::none) return handle(response.error_code);
  const std::string_view text = response.assignment.text();
  for (const char digit : text.substr(std::min(text.rfind('/') + 1, text.size())))
    partitions_.insert(digit - '0');
  state_ = State::working;
  world_.tell(fmt::format("{} synced {} generation {}: {}", name_, group_, generation_id_, text));
  retry(beat_ms_, &SimMember::beat);
}

void SimMember::beat() {
  if (world_.happens(world_.faults.client_crash)) return crash();
  if (world_.happens(world_.faults.client_leave)) return leave();
  wire::HeartbeatRequest request;
  request.group_id = group_;
  request.member_id = member_id_;
  request.generation_id = generation_id_;
  if (is_static_) request.group_instance_id = name_;
  call(4, std::move(request), &SimMember::on_beat);
  commit();
  retry(beat_ms_, &SimMember::beat);
}

void SimMember::on_beat(const wire::HeartbeatResponse& response) {
  if (response.error_code != ErrorCode::none) handle(response.error_code);
}

void SimMember::commit() {
  if (partitions_.empty()) return;
  wire::OffsetCommitRequest request;
  request.group_id = group_;
  request.member_id = member_id_;
  request.generation_id_or_member_epoch = generation_id_;
  if (is_static_) request.group_instance_id = name_;
  auto& topic = request.topics.emplace_back();
  topic.name = kTopic;
  for (const int32_t partition : partitions_)
    topic.partitions.emplace_back(partition, world_.number(0, 1'000'000'000));
  call(8, std::move(request), &SimMember::on_committed);
}

void SimMember::on_committed(const wire::OffsetCommitResponse& response) {
  const ErrorCode error = response.topics.at(0).partitions.at(0).error_code;
  if (error != ErrorCode::none && error != ErrorCode::not_coordinator) handle(error);
}

void SimMember::leave() {
  world_.tell(name_ + " leaves");
  wire::LeaveGroupRequest request;
  request.group_id = group_;
  auto& leaving = request.members.emplace_back();
  leaving.member_id = member_id_;
  if (is_static_) leaving.group_instance_id = name_;
  server_.call(name_, 5, std::move(request), [](const group::Response*) {});
  crash();
}

void SimMember::handle(ErrorCode error) {
  world_.tell(fmt::format("{} is told {}", name_, name_of(error)));
  switch (error) {
    case ErrorCode::fenced_instance_id:
      ++life_;
      is_fenced_ = true;
      state_ = State::down;
      partitions_.clear();
      return;
    case ErrorCode::unknown_member_id:
      member_id_.clear();
      generation_id_ = -1;
      break;
    // A coordinator that crashed before it stored a generation makes it again, maybe with another
    // protocol: who still wants to sync the first one learns it from this.
    case ErrorCode::inconsistent_group_protocol:
    case ErrorCode::member_id_required:
    case ErrorCode::rebalance_in_progress:
    case ErrorCode::illegal_generation:
    case ErrorCode::coordinator_not_available:
    case ErrorCode::not_coordinator:
      break;
    default:
      return world_.fail(fmt::format("{} is told {}", name_, name_of(error)));
  }
  ++life_;
  retry(error == ErrorCode::member_id_required ? 0 : world_.number(0, kRetryMs), &SimMember::join);
}

}  // namespace kelp::sim
