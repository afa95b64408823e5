#include "wire/72_push_telemetry.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(PushTelemetryRequest)
KELP_WIRE_MESSAGE(PushTelemetryResponse)
