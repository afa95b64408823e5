#include "wire/internal/63_broker_heartbeat.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(BrokerHeartbeatRequest)
KELP_WIRE_MESSAGE(BrokerHeartbeatResponse)
