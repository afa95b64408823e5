#include "wire/02_list_offsets.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(ListOffsetsRequest)
KELP_WIRE_MESSAGE(ListOffsetsResponse)
