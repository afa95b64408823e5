#include "wire/08_offset_commit.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(OffsetCommitRequest)
KELP_WIRE_MESSAGE(OffsetCommitResponse)
