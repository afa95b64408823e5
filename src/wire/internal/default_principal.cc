#include "wire/internal/default_principal.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(DefaultPrincipalData)
