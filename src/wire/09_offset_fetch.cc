#include "wire/09_offset_fetch.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(OffsetFetchRequest)
KELP_WIRE_MESSAGE(OffsetFetchResponse)
