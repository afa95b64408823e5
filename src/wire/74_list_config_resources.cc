#include "wire/74_list_config_resources.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(ListConfigResourcesRequest)
KELP_WIRE_MESSAGE(ListConfigResourcesResponse)
