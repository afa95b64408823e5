#include "wire/records/group_records.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(LegacyOffsetCommitKey)
KELP_WIRE_MESSAGE(LegacyOffsetCommitValue)
KELP_WIRE_MESSAGE(OffsetCommitKey)
KELP_WIRE_MESSAGE(OffsetCommitValue)
KELP_WIRE_MESSAGE(GroupMetadataKey)
KELP_WIRE_MESSAGE(GroupMetadataValue)
