#include "wire/39_renew_delegation_token.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(RenewDelegationTokenRequest)
KELP_WIRE_MESSAGE(RenewDelegationTokenResponse)
