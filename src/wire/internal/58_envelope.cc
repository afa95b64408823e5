#include "wire/internal/58_envelope.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(EnvelopeRequest)
KELP_WIRE_MESSAGE(EnvelopeResponse)
