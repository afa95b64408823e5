#include "wire/41_describe_delegation_token.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(DescribeDelegationTokenRequest)
KELP_WIRE_MESSAGE(DescribeDelegationTokenResponse)
