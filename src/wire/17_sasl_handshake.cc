#include "wire/17_sasl_handshake.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(SaslHandshakeRequest)
KELP_WIRE_MESSAGE(SaslHandshakeResponse)
