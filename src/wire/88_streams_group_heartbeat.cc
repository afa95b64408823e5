#include "wire/88_streams_group_heartbeat.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(StreamsGroupHeartbeatRequest)
KELP_WIRE_MESSAGE(StreamsGroupHeartbeatResponse)
