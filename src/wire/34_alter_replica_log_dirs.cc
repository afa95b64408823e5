#include "wire/34_alter_replica_log_dirs.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(AlterReplicaLogDirsRequest)
KELP_WIRE_MESSAGE(AlterReplicaLogDirsResponse)
