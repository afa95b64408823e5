#include "wire/18_api_versions.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(ApiVersionsRequest)
KELP_WIRE_MESSAGE(ApiVersionsResponse)
