#include "wire/records/consumer_protocol.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(ConsumerProtocolSubscription)
KELP_WIRE_MESSAGE(ConsumerProtocolAssignment)
