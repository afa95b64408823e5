#include "wire/records/control_records.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(ControlRecordTypeSchema)
KELP_WIRE_MESSAGE(EndTxnMarker)
KELP_WIRE_MESSAGE(LeaderChangeMessage)
KELP_WIRE_MESSAGE(SnapshotHeaderRecord)
KELP_WIRE_MESSAGE(SnapshotFooterRecord)
KELP_WIRE_MESSAGE(KRaftVersionRecord)
KELP_WIRE_MESSAGE(VotersRecord)
