#include "wire/01_fetch.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(FetchRequest)
KELP_WIRE_MESSAGE(FetchResponse)
