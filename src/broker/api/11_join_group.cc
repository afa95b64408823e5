// JoinGroup, versions 0-9: a member asks to be part of a group's next generation.
//   v1 rebalance timeout   v2 throttle time   v4 member ids come first (KIP-394: 79)   v5 static
//   members (KIP-345) v6 flexible   v7 protocol type   v8 reason (KIP-800)   v9 skip_assignment
//   (KIP-814)
// Runs on the shard of the group's partition of __consumer_offsets (group/classic_join.cc has the
// rules). Waits until all known members have joined or the rebalance timeout is over. Errors: 14;
// 16; 23; 24; 25; 26; 79; 81; 82.
#include "broker/api/handlers.h"
#include "broker/locate_group.h"

namespace kelp::broker {

rt::Task<wire::JoinGroupResponse> join_group(RequestContext& context,
                                             wire::JoinGroupRequest request) {
  co_return co_await ask_group_and_wait<wire::JoinGroupResponse>(context, request);
}

}  // namespace kelp::broker
