#include "wire/49_alter_client_quotas.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(AlterClientQuotasRequest)
KELP_WIRE_MESSAGE(AlterClientQuotasResponse)
