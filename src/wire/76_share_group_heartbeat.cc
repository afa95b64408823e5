#include "wire/76_share_group_heartbeat.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(ShareGroupHeartbeatRequest)
KELP_WIRE_MESSAGE(ShareGroupHeartbeatResponse)
