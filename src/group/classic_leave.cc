// LeaveGroup: members that go, by their id, or by their instance when an administrator removes
// them.
#include "base/log.h"
#include "group/classic_group.h"

namespace kelp::group {

ClassicGroup::Left ClassicGroup::leave(
    const std::vector<wire::LeaveGroupRequest::MemberIdentity>& leaving, Now at) {
  Left left;
  bool is_changed = false;
  for (const auto& identity : leaving) {
    auto& answered = left.members.emplace_back();
    answered.member_id = identity.member_id;
    answered.group_instance_id = identity.group_instance_id;
    if (pending_.erase(identity.member_id) > 0) {
      is_changed = true;
      continue;
    }
    const bool by_instance = identity.member_id.empty() && identity.group_instance_id;
    Member* member = by_instance ? members_.with_instance(*identity.group_instance_id)
                                 : members_.find(identity.member_id);
    answered.error_code = by_instance && member
                              ? ErrorCode::none
                              : validate_member(identity.member_id, identity.group_instance_id);
    if (answered.error_code != ErrorCode::none) continue;
    log_info("group {}: member {} leaves: {}", for_log(group_id_), for_log(member->id),
             for_log(identity.reason.value_or("no reason given")));
    drop_member(*member, at, left.effects);
    is_changed = true;
  }
  if (is_changed) after_removal("members left", at, left.effects);
  check_invariants();
  return left;
}

}  // namespace kelp::group
