#include "wire/91_alter_share_group_offsets.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(AlterShareGroupOffsetsRequest)
KELP_WIRE_MESSAGE(AlterShareGroupOffsetsResponse)
