#include "wire/60_describe_cluster.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(DescribeClusterRequest)
KELP_WIRE_MESSAGE(DescribeClusterResponse)
