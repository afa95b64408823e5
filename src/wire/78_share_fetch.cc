#include "wire/78_share_fetch.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(ShareFetchRequest)
KELP_WIRE_MESSAGE(ShareFetchResponse)
