// JoinGroup: who may come in, under which id, and whether that begins a rebalance.
#include <algorithm>

#include "base/assert.h"
#include "base/log.h"
#include "group/classic_group.h"

namespace kelp::group {
namespace {

/// From this version on a new member gets its id first and joins with its second call (KIP-394).
constexpr int16_t kMemberIdRequired = 4;
/// A new member cannot be heard of while it waits; after this it is removed, and joins again if it
/// lives (Kafka's classicGroupNewMemberJoinTimeoutMs).
constexpr int64_t kNewMemberJoinTimeoutMs = 300'000;
/// Ids given out and not used yet, of one group. Each costs a request, and goes after its session
/// timeout; a bound on what a client that never comes back can make us keep.
constexpr size_t kMaxPendingMembers = 20'000;
/// A client's words in our log.
constexpr size_t kMaxReason = 200;

std::vector<Protocol> protocols_of(const wire::JoinGroupRequest& request) {
  std::vector<Protocol> protocols;
  protocols.reserve(request.protocols.size());
  for (const auto& offered : request.protocols) {
    if (std::ranges::find(protocols, offered.name, &Protocol::name) != protocols.end()) continue;
    // Copied: a slice would keep the whole frame of the request in memory.
    protocols.emplace_back(offered.name, Slice::copy_of(offered.metadata.bytes()));
  }
  return protocols;
}

bool offers(const wire::JoinGroupRequest& request, const std::vector<Protocol>& protocols) {
  return std::ranges::equal(request.protocols, protocols, [](const auto& a, const Protocol& b) {
    return a.name == b.name && a.metadata == b.metadata;
  });
}

int32_t rebalance_timeout_of(const wire::JoinGroupRequest& request, int16_t version) {
  return version == 0 ? request.session_timeout_ms : request.rebalance_timeout_ms;
}

std::string reason_of(const wire::JoinGroupRequest& request, std::string_view what) {
  const std::string client = request.reason ? for_log(*request.reason, kMaxReason) : "not provided";
  return fmt::format("{} (client reason: {})", what, client);
}

void refuse(ErrorCode error, std::string member_id, const Context& context, GroupEffects& out) {
  wire::JoinGroupResponse response;
  response.error_code = error;
  response.member_id = std::move(member_id);
  out.replies.emplace_back(context.token, std::move(response));
}

}  // namespace

GroupEffects ClassicGroup::join(const wire::JoinGroupRequest& request, const Context& context) {
  GroupEffects out;
  if (state_ == State::dead) {
    refuse(ErrorCode::coordinator_not_available, request.member_id, context, out);
  } else if (!has_room_for(request.member_id)) {
    // Its id goes too: the next that leaves must not make room for one that was told to go.
    pending_.erase(request.member_id);
    if (Member* member = members_.find(request.member_id)) {
      drop_member(*member, context.at, out);
      after_removal("the group is at its maximum size", context.at, out);
    }
    refuse(ErrorCode::group_max_size_reached, "", context, out);
  } else if (!may_speak(request)) {
    refuse(ErrorCode::inconsistent_group_protocol, request.member_id, context, out);
  } else if (request.member_id.empty()) {
    join_unknown(request, context, out);
  } else {
    join_known(request, context, out);
  }
  check_invariants();
  return out;
}

/// group.max.size. While a rebalance is prepared those count that came back, so that a group that
/// became too large (the limit was lowered) sheds those that come last.
bool ClassicGroup::has_room_for(std::string_view member_id) const {
  const auto max_size = static_cast<size_t>(std::max(settings_.max_size, 0));
  const Member* member = members_.find(member_id);
  switch (state_) {
    case State::empty:
    case State::dead:
      return true;
    case State::preparing_rebalance:
      return (member && member->join) || members_.joining() < max_size;
    case State::completing_rebalance:
    case State::stable:
      return member || members_.size() < max_size;
  }
  return false;
}

/// Its type is that of the group, and there is a protocol that it and all members speak.
bool ClassicGroup::may_speak(const wire::JoinGroupRequest& request) const {
  if (request.protocol_type.empty() || request.protocols.empty()) return false;
  if (members_.empty()) return true;
  return request.protocol_type == protocol_type_ && members_.agree_on_one_of(protocols_of(request));
}

void ClassicGroup::join_unknown(const wire::JoinGroupRequest& request, const Context& context,
                                GroupEffects& out) {
  if (request.group_instance_id) {
    if (Member* member = members_.with_instance(*request.group_instance_id))
      return replace_static_member(*member, request, context, out);
    return add_member(request, context, member_ids_.next(*request.group_instance_id), out);
  }
  std::string member_id = member_ids_.next(context.client_id);
  if (context.version < kMemberIdRequired)
    return add_member(request, context, std::move(member_id), out);
  if (pending_.size() >= kMaxPendingMembers)
    return refuse(ErrorCode::group_max_size_reached, "", context, out);
  const int64_t deadline_ms = context.at.now_ms + request.session_timeout_ms;
  pending_.emplace(member_id, deadline_ms);
  earliest_pending_ms_ = std::min(earliest_pending_ms_, deadline_ms);
  refuse(ErrorCode::member_id_required, std::move(member_id), context, out);
}

void ClassicGroup::join_known(const wire::JoinGroupRequest& request, const Context& context,
                              GroupEffects& out) {
  if (!request.group_instance_id && pending_.contains(request.member_id))
    return add_member(request, context, request.member_id, out);
  if (const ErrorCode error = validate_member(request.member_id, request.group_instance_id);
      error != ErrorCode::none)
    return refuse(error, request.member_id, context, out);

  Member& member = *members_.find(request.member_id);
  const bool is_unchanged = offers(request, member.protocols);
  // Its first answer may have been lost. But a leader in a stable group wants a rebalance: what it
  // assigns may have changed (new partitions) without a change of what it says.
  const bool is_told_again = is_unchanged && (state_ == State::completing_rebalance ||
                                              (state_ == State::stable && member.id != leader_));
  if (is_told_again) {
    keep_alive(member, context.at);
    out.replies.emplace_back(context.token, joined(member));
    return;
  }
  park(member, request, context, out);
  rebalance_or_complete_join(
      reason_of(request, "member " + for_log(member.id, kMaxReason) + " joined again"), context.at,
      out);
}

void ClassicGroup::add_member(const wire::JoinGroupRequest& request, const Context& context,
                              std::string member_id, GroupEffects& out) {
  pending_.erase(member_id);
  if (initial_rebalance_) member_came_during_delay_ = true;
  if (members_.empty()) protocol_type_ = request.protocol_type;

  Member joining;
  joining.id = std::move(member_id);
  joining.instance_id = request.group_instance_id;
  joining.client_id = context.client_id;
  joining.client_host = context.client_host;
  joining.session_timeout_ms = request.session_timeout_ms;
  joining.rebalance_timeout_ms = rebalance_timeout_of(request, context.version);
  joining.protocols = protocols_of(request);
  joining.is_new = true;
  joining.unaware = request.member_id.empty();
  Member& member = members_.add(std::move(joining));
  members_.park_join(member, {context.token, context.version});
  set_session_deadline(member, context.at.now_ms + kNewMemberJoinTimeoutMs);
  if (leader_.empty()) leader_ = member.id;

  rebalance_or_complete_join(reason_of(request, "new member " + for_log(member.id, kMaxReason)),
                             context.at, out);
}

/// Takes what the request says of a member that is known, and lets it wait.
void ClassicGroup::park(Member& member, const wire::JoinGroupRequest& request,
                        const Context& context, GroupEffects& out) {
  if (member.join) {
    // Its earlier call came over a connection that it gave up; that one may still be read.
    wire::JoinGroupResponse superseded;
    superseded.error_code = ErrorCode::rebalance_in_progress;
    superseded.member_id = member.id;
    out.replies.emplace_back(member.join->token, std::move(superseded));
  }
  members_.set_protocols(member, protocols_of(request));
  member.client_id = context.client_id;
  member.client_host = context.client_host;
  member.session_timeout_ms = request.session_timeout_ms;
  member.rebalance_timeout_ms = rebalance_timeout_of(request, context.version);
  members_.park_join(member, {context.token, context.version});
}

wire::JoinGroupResponse ClassicGroup::joined(const Member& member) const {
  wire::JoinGroupResponse response;
  response.generation_id = generation_id_;
  response.protocol_type = protocol_type_;
  response.protocol_name = protocol_;
  response.leader = leader_;
  response.member_id = member.id;
  if (member.id != leader_) return response;
  response.members.reserve(members_.size());
  for (const Member& each : members_)
    response.members.emplace_back(each.id, each.instance_id, each.metadata(*protocol_));
  return response;
}

}  // namespace kelp::group
