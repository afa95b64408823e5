#include "wire/35_describe_log_dirs.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(DescribeLogDirsRequest)
KELP_WIRE_MESSAGE(DescribeLogDirsResponse)
