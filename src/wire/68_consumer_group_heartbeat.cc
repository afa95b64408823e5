#include "wire/68_consumer_group_heartbeat.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(ConsumerGroupHeartbeatRequest)
KELP_WIRE_MESSAGE(ConsumerGroupHeartbeatResponse)
