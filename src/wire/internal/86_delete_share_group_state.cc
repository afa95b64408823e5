#include "wire/internal/86_delete_share_group_state.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(DeleteShareGroupStateRequest)
KELP_WIRE_MESSAGE(DeleteShareGroupStateResponse)
