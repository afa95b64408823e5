#include "wire/90_describe_share_group_offsets.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(DescribeShareGroupOffsetsRequest)
KELP_WIRE_MESSAGE(DescribeShareGroupOffsetsResponse)
