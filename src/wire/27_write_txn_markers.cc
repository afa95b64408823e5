#include "wire/27_write_txn_markers.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(WriteTxnMarkersRequest)
KELP_WIRE_MESSAGE(WriteTxnMarkersResponse)
