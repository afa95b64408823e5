#include "wire/50_describe_user_scram_credentials.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(DescribeUserScramCredentialsRequest)
KELP_WIRE_MESSAGE(DescribeUserScramCredentialsResponse)
