#include "wire/79_share_acknowledge.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(ShareAcknowledgeRequest)
KELP_WIRE_MESSAGE(ShareAcknowledgeResponse)
