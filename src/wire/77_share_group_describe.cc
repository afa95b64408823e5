#include "wire/77_share_group_describe.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(ShareGroupDescribeRequest)
KELP_WIRE_MESSAGE(ShareGroupDescribeResponse)
