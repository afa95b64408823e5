#include "wire/55_describe_quorum.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(DescribeQuorumRequest)
KELP_WIRE_MESSAGE(DescribeQuorumResponse)
