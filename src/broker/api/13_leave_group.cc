// LeaveGroup, versions 0-5: members leave at once instead of being missed.
//   v1 throttle time   v3 several members, by instance id too   v4 flexible   v5 reason (KIP-800)
// Runs on the shard of the group's partition of __consumer_offsets. Errors: 14; 16; 24; per member
// 25, 82.
#include "broker/api/handlers.h"
#include "broker/locate_group.h"

namespace kelp::broker {

rt::Task<wire::LeaveGroupResponse> leave_group(RequestContext& context,
                                               wire::LeaveGroupRequest request) {
  co_return co_await ask_group<wire::LeaveGroupResponse>(context, request, request.group_id);
}

}  // namespace kelp::broker
