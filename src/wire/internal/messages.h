// Messages between brokers and controllers of a Kafka cluster. We do not speak them; they prove the
// codec against the whole of Kafka's definitions, and the decoding tool knows them.
#pragma once

#include "wire/internal/52_vote.h"
#include "wire/internal/53_begin_quorum_epoch.h"
#include "wire/internal/54_end_quorum_epoch.h"
#include "wire/internal/56_alter_partition.h"
#include "wire/internal/58_envelope.h"
#include "wire/internal/59_fetch_snapshot.h"
#include "wire/internal/62_broker_registration.h"
#include "wire/internal/63_broker_heartbeat.h"
#include "wire/internal/67_allocate_producer_ids.h"
#include "wire/internal/70_controller_registration.h"
#include "wire/internal/73_assign_replicas_to_dirs.h"
#include "wire/internal/80_add_raft_voter.h"
#include "wire/internal/81_remove_raft_voter.h"
#include "wire/internal/82_update_raft_voter.h"
#include "wire/internal/83_initialize_share_group_state.h"
#include "wire/internal/84_read_share_group_state.h"
#include "wire/internal/85_write_share_group_state.h"
#include "wire/internal/86_delete_share_group_state.h"
#include "wire/internal/87_read_share_group_state_summary.h"
#include "wire/internal/default_principal.h"
#include "wire/message_list.h"

namespace kelp::wire {

using InternalMessages = MessageList<
    VoteRequest, VoteResponse, BeginQuorumEpochRequest, BeginQuorumEpochResponse,
    EndQuorumEpochRequest, EndQuorumEpochResponse, AlterPartitionRequest, AlterPartitionResponse,
    EnvelopeRequest, EnvelopeResponse, FetchSnapshotRequest, FetchSnapshotResponse,
    BrokerRegistrationRequest, BrokerRegistrationResponse, BrokerHeartbeatRequest,
    BrokerHeartbeatResponse, AllocateProducerIdsRequest, AllocateProducerIdsResponse,
    ControllerRegistrationRequest, ControllerRegistrationResponse, AssignReplicasToDirsRequest,
    AssignReplicasToDirsResponse, AddRaftVoterRequest, AddRaftVoterResponse, RemoveRaftVoterRequest,
    RemoveRaftVoterResponse, UpdateRaftVoterRequest, UpdateRaftVoterResponse,
    InitializeShareGroupStateRequest, InitializeShareGroupStateResponse, ReadShareGroupStateRequest,
    ReadShareGroupStateResponse, WriteShareGroupStateRequest, WriteShareGroupStateResponse,
    DeleteShareGroupStateRequest, DeleteShareGroupStateResponse, ReadShareGroupStateSummaryRequest,
    ReadShareGroupStateSummaryResponse, DefaultPrincipalData>;

}  // namespace kelp::wire
