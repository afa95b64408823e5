#include "wire/records/transaction_records.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(TransactionLogKey)
KELP_WIRE_MESSAGE(TransactionLogValue)
