#include "wire/internal/67_allocate_producer_ids.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(AllocateProducerIdsRequest)
KELP_WIRE_MESSAGE(AllocateProducerIdsResponse)
