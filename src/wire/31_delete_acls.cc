#include "wire/31_delete_acls.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(DeleteAclsRequest)
KELP_WIRE_MESSAGE(DeleteAclsResponse)
