#include "wire/internal/83_initialize_share_group_state.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(InitializeShareGroupStateRequest)
KELP_WIRE_MESSAGE(InitializeShareGroupStateResponse)
