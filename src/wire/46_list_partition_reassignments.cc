#include "wire/46_list_partition_reassignments.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(ListPartitionReassignmentsRequest)
KELP_WIRE_MESSAGE(ListPartitionReassignmentsResponse)
