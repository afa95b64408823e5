#include "wire/21_delete_records.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(DeleteRecordsRequest)
KELP_WIRE_MESSAGE(DeleteRecordsResponse)
