#include "wire/internal/73_assign_replicas_to_dirs.h"

#include "wire/instantiate.h"

KELP_WIRE_MESSAGE(AssignReplicasToDirsRequest)
KELP_WIRE_MESSAGE(AssignReplicasToDirsResponse)
