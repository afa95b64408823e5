#include "wire/69_consumer_group_describe.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(ConsumerGroupDescribeRequest)
KELP_WIRE_MESSAGE(ConsumerGroupDescribeResponse)
