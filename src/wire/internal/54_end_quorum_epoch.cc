#include "wire/internal/54_end_quorum_epoch.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(EndQuorumEpochRequest)
KELP_WIRE_MESSAGE(EndQuorumEpochResponse)
