// Static members (KIP-345): a process that restarts comes back without a member id and takes over
// the place of the instance that it is, with a new id. The old id is fenced.
#include "base/assert.h"
#include "base/log.h"
#include "group/classic_group.h"

namespace kelp::group {
namespace {

/// From this version on a leader that took over its place is told not to assign (KIP-814).
constexpr int16_t kSkipsAssignment = 9;

}  // namespace

void ClassicGroup::rename_member(Member& member, std::string member_id) {
  if (member.id == leader_) leader_ = member_id;
  members_.rename(member, std::move(member_id));
}

void ClassicGroup::replace_static_member(Member& member, const wire::JoinGroupRequest& request,
                                         const Context& context, GroupEffects& out) {
  StaticMemberStored then;
  then.instance_id = *member.instance_id;
  then.old_member_id = member.id;
  then.old_leader = leader_;
  then.old_protocols = member.protocols;
  then.old_rebalance_timeout_ms = member.rebalance_timeout_ms;
  then.old_session_timeout_ms = member.session_timeout_ms;
  then.generation_id = generation_id_;
  then.token = context.token;
  then.version = context.version;

  wire::JoinGroupResponse fenced_join;
  fenced_join.error_code = ErrorCode::fenced_instance_id;
  fenced_join.member_id = member.id;
  answer_join(member, std::move(fenced_join), context.at, out);
  wire::SyncGroupResponse fenced_sync;
  fenced_sync.error_code = ErrorCode::fenced_instance_id;
  answer_sync(member, std::move(fenced_sync), context.at, out);
  rename_member(member, member_ids_.next(then.instance_id));
  log_info("group {}: instance {} is now member {}", for_log(group_id_), for_log(then.instance_id),
           for_log(member.id));

  park(member, request, context, out);
  // It keeps its assignment, unless what it speaks now changes the vote.
  if (state_ == State::stable && members_.vote() == protocol_) {
    then.new_member_id = member.id;
    out.stores.emplace_back(record(), std::move(then));
    return;
  }
  // In other states the leader may have been told its old id: all have to join.
  rebalance_or_complete_join("instance " + for_log(then.instance_id) + " came back", context.at,
                             out);
}

void ClassicGroup::on_static_member_stored(const StaticMemberStored& stored, ErrorCode error,
                                           Now at, GroupEffects& out) {
  Member* member = members_.find(stored.new_member_id);
  if (!member) return;  // replaced again or removed meanwhile, and answered then
  const bool waits = member->join && member->join->token == stored.token;
  const bool is_same_generation = state_ == State::stable && generation_id_ == stored.generation_id;

  if (error != ErrorCode::none) {
    if (waits) {
      wire::JoinGroupResponse failed;
      failed.error_code = error;
      answer_join(*member, std::move(failed), at, out);
    }
    if (!is_same_generation) return;  // the next generation's record says the new id
    members_.set_protocols(*member, stored.old_protocols);
    member->rebalance_timeout_ms = stored.old_rebalance_timeout_ms;
    member->session_timeout_ms = stored.old_session_timeout_ms;
    rename_member(*member, stored.old_member_id);
    keep_alive(*member, at);
    return;
  }
  if (!waits || !is_same_generation) return;  // it waits for the rebalance that began meanwhile
  wire::JoinGroupResponse response = joined(*member);
  if (stored.version >= kSkipsAssignment) {
    response.skip_assignment = member->id == leader_;
  } else {
    // An older client that is told to lead would assign anew without the others knowing.
    response.members.clear();
    response.leader = stored.old_leader;
  }
  answer_join(*member, std::move(response), at, out);
}

}  // namespace kelp::group
