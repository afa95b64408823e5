#include "wire/29_describe_acls.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(DescribeAclsRequest)
KELP_WIRE_MESSAGE(DescribeAclsResponse)
