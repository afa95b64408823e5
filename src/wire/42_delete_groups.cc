#include "wire/42_delete_groups.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(DeleteGroupsRequest)
KELP_WIRE_MESSAGE(DeleteGroupsResponse)
