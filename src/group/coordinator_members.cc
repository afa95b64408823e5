// The members' calls: JoinGroup, SyncGroup, Heartbeat, LeaveGroup. What holds before a group is
// looked at is here; the rest is ClassicGroup's.
#include "base/assert.h"
#include "group/coordinator.h"
#include "group/refusals.h"

namespace kelp::group {
namespace {

template <class Request>
Effects refuse(const Request& request, const Context& context, ErrorCode error) {
  Effects effects;
  effects.replies.emplace_back(context.token, refused(request, error));
  return effects;
}

}  // namespace

Effects GroupCoordinator::on(const wire::JoinGroupRequest& request, const Context& context) {
  if (request.group_id.empty() || !fits_a_record(request.group_id))
    return refuse(request, context, ErrorCode::invalid_group_id);
  if (!fits_a_record(request.group_instance_id.value_or("")))
    return refuse(request, context, ErrorCode::invalid_request);
  if (request.session_timeout_ms < settings_.min_session_timeout_ms ||
      request.session_timeout_ms > settings_.max_session_timeout_ms)
    return refuse(request, context, ErrorCode::invalid_session_timeout);

  Entry* entry = entry_of(request.group_id);
  const bool is_new = !entry;
  if (is_new) {
    if (!request.member_id.empty()) return refuse(request, context, ErrorCode::unknown_member_id);
    entry = &create(request.group_id, context.at);
  }
  Turn turn{.at = context.at};
  GroupEffects effects = entry->group.join(request, context);
  if (is_new && !entry->group.is_pristine()) {
    // It exists from now on, also if we restart before it has a generation.
    KELP_ASSERT(effects.stores.empty(), request.group_id);
    effects.stores.emplace_back(entry->group.creation_record(), NothingStored{});
  }
  take(turn, *entry, std::move(effects));
  if (is_new) erase_if_unused(request.group_id);
  return finish(std::move(turn));
}

Effects GroupCoordinator::on(const wire::SyncGroupRequest& request, const Context& context) {
  constexpr int16_t kSaysProtocol = 5;  // KIP-559
  if (context.version >= kSaysProtocol && (!request.protocol_type || !request.protocol_name))
    return refuse(request, context, ErrorCode::inconsistent_group_protocol);
  if (request.group_id.empty()) return refuse(request, context, ErrorCode::invalid_group_id);
  Entry* entry = entry_of(request.group_id);
  if (!entry) return refuse(request, context, ErrorCode::unknown_member_id);
  Turn turn{.at = context.at};
  take(turn, *entry, entry->group.sync(request, context));
  return finish(std::move(turn));
}

Effects GroupCoordinator::on(const wire::HeartbeatRequest& request, const Context& context) {
  if (request.group_id.empty()) return refuse(request, context, ErrorCode::invalid_group_id);
  Entry* entry = entry_of(request.group_id);
  if (!entry) return refuse(request, context, ErrorCode::unknown_member_id);
  return refuse(request, context, entry->group.heartbeat(request, context.at));
}

Effects GroupCoordinator::on(const wire::LeaveGroupRequest& request, const Context& context) {
  constexpr int16_t kHasMembers = 3;  // KIP-345
  if (request.group_id.empty()) return refuse(request, context, ErrorCode::invalid_group_id);
  auto leaving = request.members;
  if (context.version < kHasMembers) {
    leaving.clear();
    leaving.emplace_back().member_id = request.member_id;
  }
  Turn turn{.at = context.at};
  wire::LeaveGroupResponse response;
  Entry* entry = entry_of(request.group_id);
  if (!entry) {
    for (auto& member : leaving)
      response.members.emplace_back(member.member_id, member.group_instance_id,
                                    ErrorCode::unknown_member_id);
  } else if (entry->group.state() == State::dead) {
    response.error_code = ErrorCode::coordinator_not_available;
  } else {
    auto left = entry->group.leave(leaving, context.at);
    response.members = std::move(left.members);
    take(turn, *entry, std::move(left.effects));
  }
  if (context.version < kHasMembers && !response.members.empty())
    response.error_code = response.members.front().error_code;
  turn.waiting.emplace_back(Answered{context.token, std::move(response)});
  return finish(std::move(turn));
}

}  // namespace kelp::group
