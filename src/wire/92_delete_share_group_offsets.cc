#include "wire/92_delete_share_group_offsets.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(DeleteShareGroupOffsetsRequest)
KELP_WIRE_MESSAGE(DeleteShareGroupOffsetsResponse)
