#include "wire/internal/70_controller_registration.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(ControllerRegistrationRequest)
KELP_WIRE_MESSAGE(ControllerRegistrationResponse)
