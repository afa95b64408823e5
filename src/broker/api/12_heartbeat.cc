// Heartbeat, versions 0-4: a member is alive, and learns whether it must join again.
//   v1 throttle time   v3 static members   v4 flexible
// Runs on the shard of the group's partition of __consumer_offsets. Errors: 16; 22; 24; 25; 27; 82.
#include "broker/api/handlers.h"
#include "broker/locate_group.h"

namespace kelp::broker {

rt::Task<wire::HeartbeatResponse> heartbeat(RequestContext& context,
                                            wire::HeartbeatRequest request) {
  co_return co_await ask_group<wire::HeartbeatResponse>(context, request, request.group_id);
}

}  // namespace kelp::broker
