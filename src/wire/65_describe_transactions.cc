#include "wire/65_describe_transactions.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(DescribeTransactionsRequest)
KELP_WIRE_MESSAGE(DescribeTransactionsResponse)
