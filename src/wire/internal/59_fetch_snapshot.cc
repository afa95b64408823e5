#include "wire/internal/59_fetch_snapshot.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(FetchSnapshotRequest)
KELP_WIRE_MESSAGE(FetchSnapshotResponse)
