#include "wire/32_describe_configs.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(DescribeConfigsRequest)
KELP_WIRE_MESSAGE(DescribeConfigsResponse)
