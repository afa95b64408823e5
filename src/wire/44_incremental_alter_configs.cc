#include "wire/44_incremental_alter_configs.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(IncrementalAlterConfigsRequest)
KELP_WIRE_MESSAGE(IncrementalAlterConfigsResponse)
