#include "wire/16_list_groups.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(ListGroupsRequest)
KELP_WIRE_MESSAGE(ListGroupsResponse)
