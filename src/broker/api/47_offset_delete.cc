// OffsetDelete, version 0: forgets committed offsets of topics that no member of the group is
// subscribed to (KIP-496). Runs on the shard of the group's partition of __consumer_offsets.
// Errors: 14; 16; 69; per partition 3, 86.
#include "broker/api/handlers.h"
#include "broker/locate_group.h"

namespace kelp::broker {

rt::Task<wire::OffsetDeleteResponse> offset_delete(RequestContext& context,
                                                   wire::OffsetDeleteRequest request) {
  co_return co_await ask_group<wire::OffsetDeleteResponse>(context, request, request.group_id);
}

}  // namespace kelp::broker
