#include "wire/10_find_coordinator.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(FindCoordinatorRequest)
KELP_WIRE_MESSAGE(FindCoordinatorResponse)
