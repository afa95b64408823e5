#include "wire/20_delete_topics.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(DeleteTopicsRequest)
KELP_WIRE_MESSAGE(DeleteTopicsResponse)
