// ListPartitionReassignments, version 0: what is under way. A reassignment is done when it is
// answered (45), so there never is any; partitions that are not there are left out, as in Kafka.
#include "broker/api/handlers.h"

namespace kelp::broker {

wire::ListPartitionReassignmentsResponse list_partition_reassignments(
    RequestContext& /*context*/, wire::ListPartitionReassignmentsRequest /*request*/) {
  return {};
}

}  // namespace kelp::broker
