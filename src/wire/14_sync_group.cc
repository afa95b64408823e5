#include "wire/14_sync_group.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(SyncGroupRequest)
KELP_WIRE_MESSAGE(SyncGroupResponse)
