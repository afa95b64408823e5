#include "wire/24_add_partitions_to_txn.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(AddPartitionsToTxnRequest)
KELP_WIRE_MESSAGE(AddPartitionsToTxnResponse)
