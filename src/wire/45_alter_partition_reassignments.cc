#include "wire/45_alter_partition_reassignments.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(AlterPartitionReassignmentsRequest)
KELP_WIRE_MESSAGE(AlterPartitionReassignmentsResponse)
