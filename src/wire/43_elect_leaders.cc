#include "wire/43_elect_leaders.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(ElectLeadersRequest)
KELP_WIRE_MESSAGE(ElectLeadersResponse)
