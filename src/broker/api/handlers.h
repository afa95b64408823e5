// Every handler: one function an API, in the file of its number. Each takes the request whole and
// returns the answer.
#pragma once

#include "broker/request.h"
#include "rt/task.h"
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
#include "wire/18_api_versions.h"
#include "wire/19_create_topics.h"
#include "wire/20_delete_topics.h"
#include "wire/21_delete_records.h"
#include "wire/22_init_producer_id.h"
#include "wire/23_offset_for_leader_epoch.h"
#include "wire/29_describe_acls.h"
#include "wire/30_create_acls.h"
#include "wire/31_delete_acls.h"
#include "wire/32_describe_configs.h"
#include "wire/33_alter_configs.h"
#include "wire/35_describe_log_dirs.h"
#include "wire/37_create_partitions.h"
#include "wire/42_delete_groups.h"
#include "wire/43_elect_leaders.h"
#include "wire/44_incremental_alter_configs.h"
#include "wire/45_alter_partition_reassignments.h"
#include "wire/46_list_partition_reassignments.h"
#include "wire/47_offset_delete.h"
#include "wire/48_describe_client_quotas.h"
#include "wire/49_alter_client_quotas.h"
#include "wire/50_describe_user_scram_credentials.h"
#include "wire/55_describe_quorum.h"
#include "wire/57_update_features.h"
#include "wire/60_describe_cluster.h"
#include "wire/61_describe_producers.h"
#include "wire/64_unregister_broker.h"
#include "wire/74_list_config_resources.h"
#include "wire/75_describe_topic_partitions.h"

namespace kelp::broker {

rt::Task<MaybeAnswer<wire::ProduceResponse>> produce(RequestContext& context,
                                                     wire::ProduceRequest request);
rt::Task<WithRecords<wire::FetchResponse>> fetch(RequestContext& context,
                                                 wire::FetchRequest request);
rt::Task<wire::ListOffsetsResponse> list_offsets(RequestContext& context,
                                                 wire::ListOffsetsRequest request);
rt::Task<wire::MetadataResponse> metadata(RequestContext& context, wire::MetadataRequest request);
rt::Task<wire::OffsetCommitResponse> offset_commit(RequestContext& context,
                                                   wire::OffsetCommitRequest request);
rt::Task<wire::OffsetFetchResponse> offset_fetch(RequestContext& context,
                                                 wire::OffsetFetchRequest request);
rt::Task<wire::FindCoordinatorResponse> find_coordinator(RequestContext& context,
                                                         wire::FindCoordinatorRequest request);
rt::Task<wire::JoinGroupResponse> join_group(RequestContext& context,
                                             wire::JoinGroupRequest request);
rt::Task<wire::HeartbeatResponse> heartbeat(RequestContext& context,
                                            wire::HeartbeatRequest request);
rt::Task<wire::LeaveGroupResponse> leave_group(RequestContext& context,
                                               wire::LeaveGroupRequest request);
rt::Task<wire::SyncGroupResponse> sync_group(RequestContext& context,
                                             wire::SyncGroupRequest request);
rt::Task<wire::DescribeGroupsResponse> describe_groups(RequestContext& context,
                                                       wire::DescribeGroupsRequest request);
rt::Task<wire::ListGroupsResponse> list_groups(RequestContext& context,
                                               wire::ListGroupsRequest request);
wire::ApiVersionsResponse api_versions(RequestContext& context, wire::ApiVersionsRequest request);
rt::Task<wire::CreateTopicsResponse> create_topics(RequestContext& context,
                                                   wire::CreateTopicsRequest request);
rt::Task<wire::DeleteTopicsResponse> delete_topics(RequestContext& context,
                                                   wire::DeleteTopicsRequest request);
rt::Task<wire::InitProducerIdResponse> init_producer_id(RequestContext& context,
                                                        wire::InitProducerIdRequest request);
rt::Task<wire::OffsetForLeaderEpochResponse> offset_for_leader_epoch(
    RequestContext& context, wire::OffsetForLeaderEpochRequest request);
rt::Task<wire::DeleteRecordsResponse> delete_records(RequestContext& context,
                                                     wire::DeleteRecordsRequest request);
wire::DescribeAclsResponse describe_acls(RequestContext& context,
                                         wire::DescribeAclsRequest request);
wire::CreateAclsResponse create_acls(RequestContext& context, wire::CreateAclsRequest request);
wire::DeleteAclsResponse delete_acls(RequestContext& context, wire::DeleteAclsRequest request);
wire::DescribeConfigsResponse describe_configs(RequestContext& context,
                                               wire::DescribeConfigsRequest request);
rt::Task<wire::AlterConfigsResponse> alter_configs(RequestContext& context,
                                                   wire::AlterConfigsRequest request);
rt::Task<wire::DescribeLogDirsResponse> describe_log_dirs(RequestContext& context,
                                                          wire::DescribeLogDirsRequest request);
rt::Task<wire::CreatePartitionsResponse> create_partitions(RequestContext& context,
                                                           wire::CreatePartitionsRequest request);
rt::Task<wire::DeleteGroupsResponse> delete_groups(RequestContext& context,
                                                   wire::DeleteGroupsRequest request);
wire::ElectLeadersResponse elect_leaders(RequestContext& context,
                                         wire::ElectLeadersRequest request);
rt::Task<wire::IncrementalAlterConfigsResponse> incremental_alter_configs(
    RequestContext& context, wire::IncrementalAlterConfigsRequest request);
rt::Task<wire::AlterPartitionReassignmentsResponse> alter_partition_reassignments(
    RequestContext& context, wire::AlterPartitionReassignmentsRequest request);
wire::ListPartitionReassignmentsResponse list_partition_reassignments(
    RequestContext& context, wire::ListPartitionReassignmentsRequest request);
rt::Task<wire::OffsetDeleteResponse> offset_delete(RequestContext& context,
                                                   wire::OffsetDeleteRequest request);
wire::DescribeClientQuotasResponse describe_client_quotas(
    RequestContext& context, wire::DescribeClientQuotasRequest request);
rt::Task<wire::AlterClientQuotasResponse> alter_client_quotas(
    RequestContext& context, wire::AlterClientQuotasRequest request);
wire::DescribeUserScramCredentialsResponse describe_user_scram_credentials(
    RequestContext& context, wire::DescribeUserScramCredentialsRequest request);
wire::DescribeQuorumResponse describe_quorum(RequestContext& context,
                                             wire::DescribeQuorumRequest request);
rt::Task<wire::UpdateFeaturesResponse> update_features(RequestContext& context,
                                                       wire::UpdateFeaturesRequest request);
wire::DescribeClusterResponse describe_cluster(RequestContext& context,
                                               wire::DescribeClusterRequest request);
rt::Task<wire::DescribeProducersResponse> describe_producers(
    RequestContext& context, wire::DescribeProducersRequest request);
wire::UnregisterBrokerResponse unregister_broker(RequestContext& context,
                                                 wire::UnregisterBrokerRequest request);
wire::ListConfigResourcesResponse list_config_resources(RequestContext& context,
                                                        wire::ListConfigResourcesRequest request);
wire::DescribeTopicPartitionsResponse describe_topic_partitions(
    RequestContext& context, wire::DescribeTopicPartitionsRequest request);

/// ApiVersions in a version that is not served: error 35 and the versions of ApiVersions itself,
/// nothing else.
wire::ApiVersionsResponse unsupported_api_versions();

}  // namespace kelp::broker
