#include "wire/internal/52_vote.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(VoteRequest)
KELP_WIRE_MESSAGE(VoteResponse)
