#include "wire/26_end_txn.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(EndTxnRequest)
KELP_WIRE_MESSAGE(EndTxnResponse)
