#include "wire/internal/82_update_raft_voter.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(UpdateRaftVoterRequest)
KELP_WIRE_MESSAGE(UpdateRaftVoterResponse)
