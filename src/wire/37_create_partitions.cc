#include "wire/37_create_partitions.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(CreatePartitionsRequest)
KELP_WIRE_MESSAGE(CreatePartitionsResponse)
