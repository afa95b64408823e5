#include "wire/47_offset_delete.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(OffsetDeleteRequest)
KELP_WIRE_MESSAGE(OffsetDeleteResponse)
