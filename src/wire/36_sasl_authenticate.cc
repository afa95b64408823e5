#include "wire/36_sasl_authenticate.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(SaslAuthenticateRequest)
KELP_WIRE_MESSAGE(SaslAuthenticateResponse)
