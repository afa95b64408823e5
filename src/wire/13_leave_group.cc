#include "wire/13_leave_group.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(LeaveGroupRequest)
KELP_WIRE_MESSAGE(LeaveGroupResponse)
