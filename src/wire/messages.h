// Every message that we speak, each in one list. Heavy: for the registry, tools and tests. Code
// that serves an API includes that API.
#pragma once

#include "wire/00_produce.h"
#include "wire/01_fetch.h"
#include "wire/02_list_offsets.h"
#include "wire/03_metadata.h"
#include "wire/08_offset_commit.h"
#include "wire/09_offset_fetch.h"
#include "wire/10_find_coordinator.h"
#include "wire/11_join_group.h"
#include "wire/12_heartbeat.h"
#include "wire/13_leave_group.h"
#include "wire/14_sync_group.h"
#include "wire/15_describe_groups.h"
#include "wire/16_list_groups.h"
#include "wire/17_sasl_handshake.h"
#include "wire/18_api_versions.h"
#include "wire/19_create_topics.h"
#include "wire/20_delete_topics.h"
#include "wire/21_delete_records.h"
#include "wire/22_init_producer_id.h"
#include "wire/23_offset_for_leader_epoch.h"
#include "wire/24_add_partitions_to_txn.h"
#include "wire/25_add_offsets_to_txn.h"
#include "wire/26_end_txn.h"
#include "wire/27_write_txn_markers.h"
#include "wire/28_txn_offset_commit.h"
#include "wire/29_describe_acls.h"
#include "wire/30_create_acls.h"
#include "wire/31_delete_acls.h"
#include "wire/32_describe_configs.h"
#include "wire/33_alter_configs.h"
#include "wire/34_alter_replica_log_dirs.h"
#include "wire/35_describe_log_dirs.h"
#include "wire/36_sasl_authenticate.h"
#include "wire/37_create_partitions.h"
#include "wire/38_create_delegation_token.h"
#include "wire/39_renew_delegation_token.h"
#include "wire/40_expire_delegation_token.h"
#include "wire/41_describe_delegation_token.h"
#include "wire/42_delete_groups.h"
#include "wire/43_elect_leaders.h"
#include "wire/44_incremental_alter_configs.h"
#include "wire/45_alter_partition_reassignments.h"
#include "wire/46_list_partition_reassignments.h"
#include "wire/47_offset_delete.h"
#include "wire/48_describe_client_quotas.h"
#include "wire/49_alter_client_quotas.h"
#include "wire/50_describe_user_scram_credentials.h"
#include "wire/51_alter_user_scram_credentials.h"
#include "wire/55_describe_quorum.h"
#include "wire/57_update_features.h"
#include "wire/60_describe_cluster.h"
#include "wire/61_describe_producers.h"
#include "wire/64_unregister_broker.h"
#include "wire/65_describe_transactions.h"
#include "wire/66_list_transactions.h"
#include "wire/68_consumer_group_heartbeat.h"
#include "wire/69_consumer_group_describe.h"
#include "wire/71_get_telemetry_subscriptions.h"
#include "wire/72_push_telemetry.h"
#include "wire/74_list_config_resources.h"
#include "wire/75_describe_topic_partitions.h"
#include "wire/76_share_group_heartbeat.h"
#include "wire/77_share_group_describe.h"
#include "wire/78_share_fetch.h"
#include "wire/79_share_acknowledge.h"
#include "wire/88_streams_group_heartbeat.h"
#include "wire/89_streams_group_describe.h"
#include "wire/90_describe_share_group_offsets.h"
#include "wire/91_alter_share_group_offsets.h"
#include "wire/92_delete_share_group_offsets.h"
#include "wire/message_list.h"
#include "wire/records/consumer_group_records.h"
#include "wire/records/consumer_protocol.h"
#include "wire/records/control_records.h"
#include "wire/records/group_records.h"
#include "wire/records/share_group_records.h"
#include "wire/records/share_state_records.h"
#include "wire/records/streams_group_records.h"
#include "wire/records/transaction_records.h"

namespace kelp::wire {

using Requests = MessageList<
    ProduceRequest, FetchRequest, ListOffsetsRequest, MetadataRequest, OffsetCommitRequest,
    OffsetFetchRequest, FindCoordinatorRequest, JoinGroupRequest, HeartbeatRequest,
    LeaveGroupRequest, SyncGroupRequest, DescribeGroupsRequest, ListGroupsRequest,
    SaslHandshakeRequest, ApiVersionsRequest, CreateTopicsRequest, DeleteTopicsRequest,
    DeleteRecordsRequest, InitProducerIdRequest, OffsetForLeaderEpochRequest,
    AddPartitionsToTxnRequest, AddOffsetsToTxnRequest, EndTxnRequest, WriteTxnMarkersRequest,
    TxnOffsetCommitRequest, DescribeAclsRequest, CreateAclsRequest, DeleteAclsRequest,
    DescribeConfigsRequest, AlterConfigsRequest, AlterReplicaLogDirsRequest, DescribeLogDirsRequest,
    SaslAuthenticateRequest, CreatePartitionsRequest, CreateDelegationTokenRequest,
    RenewDelegationTokenRequest, ExpireDelegationTokenRequest, DescribeDelegationTokenRequest,
    DeleteGroupsRequest, ElectLeadersRequest, IncrementalAlterConfigsRequest,
    AlterPartitionReassignmentsRequest, ListPartitionReassignmentsRequest, OffsetDeleteRequest,
    DescribeClientQuotasRequest, AlterClientQuotasRequest, DescribeUserScramCredentialsRequest,
    AlterUserScramCredentialsRequest, DescribeQuorumRequest, UpdateFeaturesRequest,
    DescribeClusterRequest, DescribeProducersRequest, UnregisterBrokerRequest,
    DescribeTransactionsRequest, ListTransactionsRequest, ConsumerGroupHeartbeatRequest,
    ConsumerGroupDescribeRequest, GetTelemetrySubscriptionsRequest, PushTelemetryRequest,
    ListConfigResourcesRequest, DescribeTopicPartitionsRequest, ShareGroupHeartbeatRequest,
    ShareGroupDescribeRequest, ShareFetchRequest, ShareAcknowledgeRequest,
    StreamsGroupHeartbeatRequest, StreamsGroupDescribeRequest, DescribeShareGroupOffsetsRequest,
    AlterShareGroupOffsetsRequest, DeleteShareGroupOffsetsRequest>;

using Responses = MessageList<
    ProduceResponse, FetchResponse, ListOffsetsResponse, MetadataResponse, OffsetCommitResponse,
    OffsetFetchResponse, FindCoordinatorResponse, JoinGroupResponse, HeartbeatResponse,
    LeaveGroupResponse, SyncGroupResponse, DescribeGroupsResponse, ListGroupsResponse,
    SaslHandshakeResponse, ApiVersionsResponse, CreateTopicsResponse, DeleteTopicsResponse,
    DeleteRecordsResponse, InitProducerIdResponse, OffsetForLeaderEpochResponse,
    AddPartitionsToTxnResponse, AddOffsetsToTxnResponse, EndTxnResponse, WriteTxnMarkersResponse,
    TxnOffsetCommitResponse, DescribeAclsResponse, CreateAclsResponse, DeleteAclsResponse,
    DescribeConfigsResponse, AlterConfigsResponse, AlterReplicaLogDirsResponse,
    DescribeLogDirsResponse, SaslAuthenticateResponse, CreatePartitionsResponse,
    CreateDelegationTokenResponse, RenewDelegationTokenResponse, ExpireDelegationTokenResponse,
    DescribeDelegationTokenResponse, DeleteGroupsResponse, ElectLeadersResponse,
    IncrementalAlterConfigsResponse, AlterPartitionReassignmentsResponse,
    ListPartitionReassignmentsResponse, OffsetDeleteResponse, DescribeClientQuotasResponse,
    AlterClientQuotasResponse, DescribeUserScramCredentialsResponse,
    AlterUserScramCredentialsResponse, DescribeQuorumResponse, UpdateFeaturesResponse,
    DescribeClusterResponse, DescribeProducersResponse, UnregisterBrokerResponse,
    DescribeTransactionsResponse, ListTransactionsResponse, ConsumerGroupHeartbeatResponse,
    ConsumerGroupDescribeResponse, GetTelemetrySubscriptionsResponse, PushTelemetryResponse,
    ListConfigResourcesResponse, DescribeTopicPartitionsResponse, ShareGroupHeartbeatResponse,
    ShareGroupDescribeResponse, ShareFetchResponse, ShareAcknowledgeResponse,
    StreamsGroupHeartbeatResponse, StreamsGroupDescribeResponse, DescribeShareGroupOffsetsResponse,
    AlterShareGroupOffsetsResponse, DeleteShareGroupOffsetsResponse>;

/// Records in partitions: control batches, internal topics, and the consumer protocol.
using RecordMessages = MessageList<
    ConsumerProtocolSubscription, ConsumerProtocolAssignment, ControlRecordTypeSchema, EndTxnMarker,
    LeaderChangeMessage, SnapshotHeaderRecord, SnapshotFooterRecord, KRaftVersionRecord,
    VotersRecord, LegacyOffsetCommitKey, LegacyOffsetCommitValue, OffsetCommitKey,
    OffsetCommitValue, GroupMetadataKey, GroupMetadataValue, ConsumerGroupMetadataKey,
    ConsumerGroupMetadataValue, ConsumerGroupPartitionMetadataKey,
    ConsumerGroupPartitionMetadataValue, ConsumerGroupMemberMetadataKey,
    ConsumerGroupMemberMetadataValue, ConsumerGroupTargetAssignmentMetadataKey,
    ConsumerGroupTargetAssignmentMetadataValue, ConsumerGroupTargetAssignmentMemberKey,
    ConsumerGroupTargetAssignmentMemberValue, ConsumerGroupCurrentMemberAssignmentKey,
    ConsumerGroupCurrentMemberAssignmentValue, ConsumerGroupRegularExpressionKey,
    ConsumerGroupRegularExpressionValue, ShareGroupMemberMetadataKey, ShareGroupMemberMetadataValue,
    ShareGroupMetadataKey, ShareGroupMetadataValue, ShareGroupTargetAssignmentMetadataKey,
    ShareGroupTargetAssignmentMetadataValue, ShareGroupTargetAssignmentMemberKey,
    ShareGroupTargetAssignmentMemberValue, ShareGroupCurrentMemberAssignmentKey,
    ShareGroupCurrentMemberAssignmentValue, ShareGroupStatePartitionMetadataKey,
    ShareGroupStatePartitionMetadataValue, StreamsGroupMetadataKey, StreamsGroupMetadataValue,
    StreamsGroupMemberMetadataKey, StreamsGroupMemberMetadataValue,
    StreamsGroupTargetAssignmentMetadataKey, StreamsGroupTargetAssignmentMetadataValue,
    StreamsGroupTargetAssignmentMemberKey, StreamsGroupTargetAssignmentMemberValue,
    StreamsGroupCurrentMemberAssignmentKey, StreamsGroupCurrentMemberAssignmentValue,
    StreamsGroupTopologyKey, StreamsGroupTopologyValue, ShareSnapshotKey, ShareSnapshotValue,
    ShareUpdateKey, ShareUpdateValue, TransactionLogKey, TransactionLogValue>;

}  // namespace kelp::wire
