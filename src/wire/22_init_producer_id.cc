#include "wire/22_init_producer_id.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(InitProducerIdRequest)
KELP_WIRE_MESSAGE(InitProducerIdResponse)
