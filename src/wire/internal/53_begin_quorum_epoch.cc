#include "wire/internal/53_begin_quorum_epoch.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(BeginQuorumEpochRequest)
KELP_WIRE_MESSAGE(BeginQuorumEpochResponse)
