#include "wire/48_describe_client_quotas.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(DescribeClientQuotasRequest)
KELP_WIRE_MESSAGE(DescribeClientQuotasResponse)
