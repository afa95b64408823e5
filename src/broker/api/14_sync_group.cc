// SyncGroup, versions 0-5: the leader hands in everyone's assignment, everyone gets its own.
//   v1 throttle time   v3 static members   v4 flexible   v5 protocol type and name (23 when they
//   are not the group's)
// Runs on the shard of the group's partition of __consumer_offsets; members wait for the leader,
// and all for the assignment to be durable. Errors: 14; 16; 22; 23; 24; 25; 27; 82.
#include "broker/api/handlers.h"
#include "broker/locate_group.h"

namespace kelp::broker {

rt::Task<wire::SyncGroupResponse> sync_group(RequestContext& context,
                                             wire::SyncGroupRequest request) {
  co_return co_await ask_group_and_wait<wire::SyncGroupResponse>(context, request);
}

}  // namespace kelp::broker
