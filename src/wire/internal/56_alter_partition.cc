#include "wire/internal/56_alter_partition.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(AlterPartitionRequest)
KELP_WIRE_MESSAGE(AlterPartitionResponse)
