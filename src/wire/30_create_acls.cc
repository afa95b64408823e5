#include "wire/30_create_acls.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(CreateAclsRequest)
KELP_WIRE_MESSAGE(CreateAclsResponse)
