#include "wire/internal/85_write_share_group_state.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(WriteShareGroupStateRequest)
KELP_WIRE_MESSAGE(WriteShareGroupStateResponse)
