#include "wire/00_produce.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(ProduceRequest)
KELP_WIRE_MESSAGE(ProduceResponse)
