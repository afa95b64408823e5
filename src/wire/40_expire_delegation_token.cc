#include "wire/40_expire_delegation_token.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(ExpireDelegationTokenRequest)
KELP_WIRE_MESSAGE(ExpireDelegationTokenResponse)
