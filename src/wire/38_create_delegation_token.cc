#include "wire/38_create_delegation_token.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(CreateDelegationTokenRequest)
KELP_WIRE_MESSAGE(CreateDelegationTokenResponse)
