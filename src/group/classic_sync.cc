// SyncGroup: the leader's assignment goes into the log; then every member gets its part.
#include "base/assert.h"
#include "base/log.h"
#include "group/classic_group.h"

namespace kelp::group {
namespace {

/// What a call does not say (before version 5, KIP-559) cannot be wrong.
bool differs(const std::optional<std::string>& said, const std::optional<std::string>& ours) {
  return said && ours && *said != *ours;
}

}  // namespace

ErrorCode ClassicGroup::validate_sync(const wire::SyncGroupRequest& request) const {
  if (state_ == State::dead) return ErrorCode::coordinator_not_available;
  if (const ErrorCode error = validate_member(request.member_id, request.group_instance_id);
      error != ErrorCode::none)
    return error;
  if (request.generation_id != generation_id_) return ErrorCode::illegal_generation;
  if (differs(request.protocol_type, protocol_type_) || differs(request.protocol_name, protocol_))
    return ErrorCode::inconsistent_group_protocol;
  return state_ == State::preparing_rebalance ? ErrorCode::rebalance_in_progress : ErrorCode::none;
}

GroupEffects ClassicGroup::sync(const wire::SyncGroupRequest& request, const Context& context) {
  GroupEffects out;
  if (const ErrorCode error = validate_sync(request); error != ErrorCode::none) {
    wire::SyncGroupResponse refused;
    refused.error_code = error;
    out.replies.emplace_back(context.token, std::move(refused));
    return out;
  }
  Member& member = *members_.find(request.member_id);
  member.pending_sync = false;
  if (state_ == State::stable) {
    keep_alive(member, context.at);
    out.replies.emplace_back(context.token, synced(member));
    return out;
  }
  if (member.sync) {
    // Its earlier call came over a connection that it gave up; that one may still be read.
    wire::SyncGroupResponse superseded;
    superseded.error_code = ErrorCode::rebalance_in_progress;
    out.replies.emplace_back(member.sync->token, std::move(superseded));
  }
  member.sync = {context.token, context.version};
  if (member.id == leader_ && !assignment_in_flight_) store_assignment(request, out);
  check_invariants();
  return out;
}

void ClassicGroup::store_assignment(const wire::SyncGroupRequest& request, GroupEffects& out) {
  std::unordered_map<std::string_view, const Slice*> given;
  for (const auto& each : request.assignments) given.try_emplace(each.member_id, &each.assignment);

  AssignmentStored then;
  then.generation_id = generation_id_;
  wire::GroupMetadataValue value = record();
  KELP_ASSERT(value.members.size() == members_.size(), group_id_);
  for (auto& member : value.members) {
    // A member that the leader leaves out gets nothing, which it must be told too.
    const auto found = given.find(member.member_id);
    if (found != given.end()) member.assignment = Slice::copy_of(found->second->bytes());
    then.assignments.emplace_back(member.member_id, member.assignment);
  }
  assignment_in_flight_ = true;
  out.stores.emplace_back(std::move(value), std::move(then));
}

void ClassicGroup::on_assignment_stored(const AssignmentStored& stored, ErrorCode error, Now at,
                                        GroupEffects& out) {
  // A rebalance that began meanwhile has answered those that waited.
  if (state_ != State::completing_rebalance || generation_id_ != stored.generation_id) return;
  assignment_in_flight_ = false;
  if (error != ErrorCode::none) {
    answer_syncs(error, at, out);
    return prepare_rebalance(fmt::format("the assignment could not be stored: {}", name_of(error)),
                             at, out);
  }
  for (const auto& [member_id, assignment] : stored.assignments) {
    Member* member = members_.find(member_id);
    KELP_ASSERT(member, group_id_, member_id);  // a change of members begins a rebalance
    member->assignment = assignment;
  }
  transition(State::stable, at);
  for (Member& member : members_) answer_sync(member, synced(member), at, out);
  check_members();
}

wire::SyncGroupResponse ClassicGroup::synced(const Member& member) const {
  wire::SyncGroupResponse response;
  response.protocol_type = protocol_type_;
  response.protocol_name = protocol_;
  response.assignment = member.assignment;
  return response;
}

void ClassicGroup::answer_syncs(ErrorCode error, Now at, GroupEffects& out) {
  for (Member& member : members_) {
    wire::SyncGroupResponse refused;
    refused.error_code = error;
    answer_sync(member, std::move(refused), at, out);
  }
}

/// The time to sync is over: those that did not are removed, though they send heartbeats.
void ClassicGroup::expire_pending_syncs(Now at, GroupEffects& out) {
  sync_deadline_ms_ = kNever;
  std::vector<Member*> late;
  for (Member& member : members_) {
    if (member.pending_sync) late.push_back(&member);
  }
  for (Member* member : late) drop_member(*member, at, out);
  if (!late.empty())
    prepare_rebalance(fmt::format("{} members did not sync in time", late.size()), at, out);
}

}  // namespace kelp::group
