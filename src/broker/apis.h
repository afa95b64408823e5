// THE list of APIs. One row per API: which versions are served, how requests of it are ordered on a
// connection, whose state it touches, what each version adds here and what is not supported.
// Dispatch, ApiVersions, docs/apis.md and the conformance sweep are derived from it. A missing
// handler, a version beyond the codec or a key out of order does not compile.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "broker/api/handlers.h"
#include "broker/serve.h"

namespace kelp::broker {

inline constexpr std::array kApis{
    api<wire::ProduceRequest, produce>(
        {0, 13}, net::Ordering::pipelined, Owner::partition,
        "v0-2: message sets of magic 0 and 1, stored as batches of magic 2; v1: throttle time; v2: "
        "log append time; v3: transactional id, record batches; v5: log start offset; v7: zstd; "
        "v8: record errors; v9: flexible; v10: current leader; v13: topic ids",
        "Transactional batches (53)"),
    api<wire::FetchRequest, fetch>(
        {4, 18}, net::Ordering::pipelined, Owner::partition,
        "v4: isolation level; v5: log start offset; v7: sessions; v9: leader epochs; v11: rack; "
        "v12: flexible, diverging epochs; v13: topic ids; v15: replica state; v16: current "
        "leader, node endpoints; v17-18: replica directory, high watermark",
        "Followers; versions 0-3, which need down-conversion"),
    api<wire::ListOffsetsRequest, list_offsets>(
        {0, 11}, net::Ordering::serial, Owner::partition,
        "v0: a list of offsets; v1: one offset with its timestamp; v2: isolation level; v4: leader "
        "epochs; v6: flexible; v7: -3 the largest timestamp; v8: -4 earliest local; v9: -5 latest "
        "tiered; v11: -6 earliest pending upload",
        "Tiered storage: -5 and -6 answer offset -1"),
    api<wire::MetadataRequest, metadata>(
        {0, 13}, net::Ordering::serial, Owner::cluster,
        "v0: an empty list is all topics; v1: null is all topics, controller, racks; v2: cluster "
        "id; "
        "v4: allow_auto_topic_creation; v5: offline replicas; v7: leader epochs; v8: authorized "
        "operations; v9: flexible; v10: topic ids; v12: topics by id; v13: top-level error",
        "Authorized operations without an authorizer: all of them"),
    api<wire::OffsetCommitRequest, offset_commit>(
        {0, 10}, net::Ordering::pipelined, Owner::group,
        "v0-1: as later ones; v2-4: retention time (ignored); v6: leader epoch; v7: static "
        "members; v8: flexible; v9: member epochs; v10: topic ids",
        ""),
    api<wire::OffsetFetchRequest, offset_fetch>(
        {0, 10}, net::Ordering::serial, Owner::group,
        "v2: null topics are all; v5: leader epoch; v6: flexible; v7: require_stable; v8: several "
        "groups; v9: member epochs; v10: topic ids",
        ""),
    api<wire::FindCoordinatorRequest, find_coordinator>(
        {0, 6}, net::Ordering::serial, Owner::group,
        "v1: key type; v3: flexible; v4: several keys; v6: share groups", "Share groups (42)"),
    api<wire::JoinGroupRequest, join_group>(
        {0, 9}, net::Ordering::serial, Owner::group,
        "v1: rebalance timeout; v4: member id required; v5: static members; v6: flexible; v7: "
        "protocol type; v8: reason; v9: skip_assignment",
        ""),
    api<wire::HeartbeatRequest, heartbeat>({0, 4}, net::Ordering::serial, Owner::group,
                                           "v3: static members; v4: flexible", ""),
    api<wire::LeaveGroupRequest, leave_group>({0, 5}, net::Ordering::serial, Owner::group,
                                              "v3: several members; v4: flexible; v5: reason", ""),
    api<wire::SyncGroupRequest, sync_group>(
        {0, 5}, net::Ordering::serial, Owner::group,
        "v3: static members; v4: flexible; v5: protocol type and name", ""),
    api<wire::DescribeGroupsRequest, describe_groups>(
        {0, 6}, net::Ordering::serial, Owner::group,
        "v3: authorized operations; v4: static members; v5: flexible; v6: 69 for an unknown group",
        ""),
    api<wire::ListGroupsRequest, list_groups>({0, 5}, net::Ordering::serial, Owner::group,
                                              "v3: flexible; v4: states filter; v5: types filter",
                                              ""),
    api<wire::ApiVersionsRequest, api_versions>(
        {0, 4}, net::Ordering::serial, Owner::none,
        "v1: throttle time; v3: flexible, client software, features; v4: features with minimum 0",
        ""),
    api<wire::CreateTopicsRequest, create_topics>(
        {0, 7}, net::Ordering::serial, Owner::controller,
        "v1: validate_only, messages; v4: default counts (-1); v5: flexible, configs returned; v7: "
        "topic ids",
        ""),
    api<wire::DeleteTopicsRequest, delete_topics>({0, 6}, net::Ordering::serial, Owner::controller,
                                                  "v4: flexible; v5: messages; v6: by topic id",
                                                  ""),
    api<wire::DeleteRecordsRequest, delete_records>({0, 2}, net::Ordering::serial, Owner::partition,
                                                    "v2: flexible", ""),
    api<wire::InitProducerIdRequest, init_producer_id>(
        {0, 5}, net::Ordering::serial, Owner::controller,
        "v2: flexible; v3: producer id and epoch of the client; v4-5: as "
        "v3 (what they add concerns transactions)",
        "Transactional ids: 53 until transactions are served; v6, which Kafka 4.3 calls unstable"),
    api<wire::OffsetForLeaderEpochRequest, offset_for_leader_epoch>(
        {0, 4}, net::Ordering::serial, Owner::partition,
        "v1: leader epoch in the answer; v2: current leader epoch; v3: replica id; v4: flexible",
        ""),
    api<wire::DescribeAclsRequest, describe_acls>({0, 3}, net::Ordering::serial, Owner::none,
                                                  "v1: pattern types; v2: flexible",
                                                  "An authorizer (54, as Kafka without one)"),
    api<wire::CreateAclsRequest, create_acls>({0, 3}, net::Ordering::serial, Owner::none,
                                              "v1: pattern types; v2: flexible",
                                              "An authorizer (54, as Kafka without one)"),
    api<wire::DeleteAclsRequest, delete_acls>({0, 3}, net::Ordering::serial, Owner::none,
                                              "v1: pattern types; v2: flexible",
                                              "An authorizer (54, as Kafka without one)"),
    api<wire::DescribeConfigsRequest, describe_configs>(
        {0, 4}, net::Ordering::serial, Owner::cluster,
        "v1: sources, synonyms; v3: types, documentation; v4: flexible", "Loggers other than root"),
    api<wire::AlterConfigsRequest, alter_configs>({0, 2}, net::Ordering::serial, Owner::controller,
                                                  "v2: flexible", ""),
    api<wire::DescribeLogDirsRequest, describe_log_dirs>(
        {0, 5}, net::Ordering::serial, Owner::partition,
        "v2: flexible; v3: top-level error; v4: total and usable bytes; v5: cordoned", ""),
    api<wire::CreatePartitionsRequest, create_partitions>(
        {0, 3}, net::Ordering::serial, Owner::controller, "v2: flexible",
        "More partitions of __consumer_offsets (42)"),
    api<wire::DeleteGroupsRequest, delete_groups>({0, 2}, net::Ordering::serial, Owner::group,
                                                  "v2: flexible", ""),
    api<wire::ElectLeadersRequest, elect_leaders>(
        {0, 2}, net::Ordering::serial, Owner::cluster,
        "v1: election type, top-level error; v2: flexible",
        "The preferred replica always leads (84)"),
    api<wire::IncrementalAlterConfigsRequest, incremental_alter_configs>(
        {0, 1}, net::Ordering::serial, Owner::controller, "v1: flexible",
        "Loggers other than root"),
    api<wire::AlterPartitionReassignmentsRequest, alter_partition_reassignments>(
        {0, 1}, net::Ordering::serial, Owner::controller, "v1: allow_replication_factor_change",
        ""),
    api<wire::ListPartitionReassignmentsRequest, list_partition_reassignments>(
        {0, 0}, net::Ordering::serial, Owner::none, "", ""),
    api<wire::OffsetDeleteRequest, offset_delete>({0, 0}, net::Ordering::serial, Owner::group, "",
                                                  ""),
    api<wire::DescribeClientQuotasRequest, describe_client_quotas>(
        {0, 1}, net::Ordering::serial, Owner::cluster, "v1: flexible", ""),
    api<wire::AlterClientQuotasRequest, alter_client_quotas>({0, 1}, net::Ordering::serial,
                                                             Owner::controller, "v1: flexible",
                                                             "Addresses by a host's name (42)"),
    api<wire::DescribeUserScramCredentialsRequest, describe_user_scram_credentials>(
        {0, 0}, net::Ordering::serial, Owner::none, "", "Credentials: there are none (91)"),
    api<wire::DescribeQuorumRequest, describe_quorum>(
        {0, 2}, net::Ordering::serial, Owner::cluster,
        "v1: times of the last fetch; v2: directory ids, messages, addresses",
        "There is no quorum: one voter, the first node; directory ids"),
    api<wire::UpdateFeaturesRequest, update_features>(
        {0, 2}, net::Ordering::serial, Owner::controller,
        "v1: upgrade type, validate_only; v2: no results", "Features that are not served"),
    api<wire::DescribeClusterRequest, describe_cluster>(
        {0, 2}, net::Ordering::serial, Owner::cluster, "v1: endpoint type; v2: fenced brokers",
        "The controllers' endpoint type (114)"),
    api<wire::DescribeProducersRequest, describe_producers>({0, 0}, net::Ordering::serial,
                                                            Owner::partition, "", ""),
    api<wire::UnregisterBrokerRequest, unregister_broker>(
        {0, 0}, net::Ordering::serial, Owner::cluster, "", "Brokers that run (42)"),
    api<wire::ListConfigResourcesRequest, list_config_resources>(
        {0, 1}, net::Ordering::serial, Owner::cluster, "v0: client metrics; v1: by type", ""),
    api<wire::DescribeTopicPartitionsRequest, describe_topic_partitions>(
        {0, 0}, net::Ordering::serial, Owner::cluster, "", ""),
};

static_assert(std::ranges::is_sorted(kApis, std::less_equal<>(), &Api::key),
              "in the order of their keys, each once");

/// Nothing for a key that is not served.
constexpr const Api* find_api(int16_t key) {
  const auto* found = std::ranges::lower_bound(kApis, key, {}, &Api::key);
  return found != kApis.end() && found->key == key ? found : nullptr;
}

/// docs/apis.md.
std::string apis_markdown();

}  // namespace kelp::broker
