#include "wire/internal/62_broker_registration.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(BrokerRegistrationRequest)
KELP_WIRE_MESSAGE(BrokerRegistrationResponse)
