#include "wire/33_alter_configs.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(AlterConfigsRequest)
KELP_WIRE_MESSAGE(AlterConfigsResponse)
