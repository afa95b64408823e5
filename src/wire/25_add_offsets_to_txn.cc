#include "wire/25_add_offsets_to_txn.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(AddOffsetsToTxnRequest)
KELP_WIRE_MESSAGE(AddOffsetsToTxnResponse)
