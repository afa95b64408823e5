#include "wire/15_describe_groups.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(DescribeGroupsRequest)
KELP_WIRE_MESSAGE(DescribeGroupsResponse)
