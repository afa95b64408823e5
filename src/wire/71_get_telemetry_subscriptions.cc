#include "wire/71_get_telemetry_subscriptions.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(GetTelemetrySubscriptionsRequest)
KELP_WIRE_MESSAGE(GetTelemetrySubscriptionsResponse)
