#include "wire/89_streams_group_describe.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(StreamsGroupDescribeRequest)
KELP_WIRE_MESSAGE(StreamsGroupDescribeResponse)
