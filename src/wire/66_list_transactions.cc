#include "wire/66_list_transactions.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(ListTransactionsRequest)
KELP_WIRE_MESSAGE(ListTransactionsResponse)
