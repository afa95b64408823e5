// OffsetCommit, versions 0-10: stores how far a group has read.
//   v0-1 as later versions (Kafka once kept v0's in ZooKeeper)   v2-4 retention time (ignored, as
//   Kafka does)   v6 leader epoch v7 static members   v8 flexible   v9 member epochs (KIP-848) v10
//   topic ids
// Runs on the shard of the group's partition of __consumer_offsets; answered when the commit is
// durable there. Pipelined. Errors per partition: 3; 12; 14; 16; 22; 24; 25; 27; 82; 100.
#include "broker/api/handlers.h"
#include "broker/locate_group.h"

namespace kelp::broker {

rt::Task<wire::OffsetCommitResponse> offset_commit(RequestContext& context,
                                                   wire::OffsetCommitRequest request) {
  co_return co_await ask_group<wire::OffsetCommitResponse>(context, request, request.group_id);
}

}  // namespace kelp::broker
