#include "wire/61_describe_producers.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(DescribeProducersRequest)
KELP_WIRE_MESSAGE(DescribeProducersResponse)
