#include "wire/12_heartbeat.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(HeartbeatRequest)
KELP_WIRE_MESSAGE(HeartbeatResponse)
