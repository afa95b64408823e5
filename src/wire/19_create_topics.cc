#include "wire/19_create_topics.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(CreateTopicsRequest)
KELP_WIRE_MESSAGE(CreateTopicsResponse)
