#include "wire/28_txn_offset_commit.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(TxnOffsetCommitRequest)
KELP_WIRE_MESSAGE(TxnOffsetCommitResponse)
