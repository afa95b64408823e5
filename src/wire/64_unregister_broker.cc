#include "wire/64_unregister_broker.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(UnregisterBrokerRequest)
KELP_WIRE_MESSAGE(UnregisterBrokerResponse)
