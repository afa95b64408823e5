#include "wire/internal/80_add_raft_voter.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(AddRaftVoterRequest)
KELP_WIRE_MESSAGE(AddRaftVoterResponse)
