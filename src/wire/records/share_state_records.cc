#include "wire/records/share_state_records.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(ShareSnapshotKey)
KELP_WIRE_MESSAGE(ShareSnapshotValue)
KELP_WIRE_MESSAGE(ShareUpdateKey)
KELP_WIRE_MESSAGE(ShareUpdateValue)
