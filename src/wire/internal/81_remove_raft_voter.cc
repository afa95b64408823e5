#include "wire/internal/81_remove_raft_voter.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(RemoveRaftVoterRequest)
KELP_WIRE_MESSAGE(RemoveRaftVoterResponse)
