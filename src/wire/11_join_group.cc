#include "wire/11_join_group.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(JoinGroupRequest)
KELP_WIRE_MESSAGE(JoinGroupResponse)
