#include "wire/internal/84_read_share_group_state.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(ReadShareGroupStateRequest)
KELP_WIRE_MESSAGE(ReadShareGroupStateResponse)
