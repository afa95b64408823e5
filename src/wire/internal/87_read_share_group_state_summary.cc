#include "wire/internal/87_read_share_group_state_summary.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(ReadShareGroupStateSummaryRequest)
KELP_WIRE_MESSAGE(ReadShareGroupStateSummaryResponse)
