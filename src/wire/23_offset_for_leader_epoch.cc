#include "wire/23_offset_for_leader_epoch.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(OffsetForLeaderEpochRequest)
KELP_WIRE_MESSAGE(OffsetForLeaderEpochResponse)
