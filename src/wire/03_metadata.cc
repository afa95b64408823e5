#include "wire/03_metadata.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(MetadataRequest)
KELP_WIRE_MESSAGE(MetadataResponse)
