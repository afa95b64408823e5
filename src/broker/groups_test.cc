// Classic consumer groups through the broker: what the shell adds to the pure coordinator, with one
// shard and with three.
#include <gtest/gtest.h>

#include "broker/test_broker.h"
#include "wire/08_offset_commit.h"
#include "wire/09_offset_fetch.h"
#include "wire/10_find_coordinator.h"
#include "wire/11_join_group.h"
#include "wire/12_heartbeat.h"
#include "wire/13_leave_group.h"
#include "wire/14_sync_group.h"
#include "wire/15_describe_groups.h"
#include "wire/16_list_groups.h"
#include "wire/19_create_topics.h"
#include "wire/20_delete_topics.h"
#include "wire/42_delete_groups.h"

namespace kelp::broker {
namespace {

class GroupsTest : public testing::TestWithParam<size_t> {
 protected:
  void SetUp() override {
    wire::CreateTopicsRequest request;
    request.topics.emplace_back().name = "t";
    request.topics[0].num_partitions = 2;
    request.topics[0].replication_factor = 1;
    broker.call<wire::CreateTopicsResponse>(request, 7);
  }

  void find_coordinator() {
    wire::FindCoordinatorRequest request;
    request.coordinator_key = "g";
    const auto found = broker.call<wire::FindCoordinatorResponse>(request, 3);
    ASSERT_EQ(found.error_code, ErrorCode::none);
    ASSERT_EQ(found.node_id, 1);
  }

  wire::JoinGroupRequest join_request(const std::string& member_id) const {
    wire::JoinGroupRequest request;
    request.group_id = "g";
    request.session_timeout_ms = 30'000;
    request.rebalance_timeout_ms = 30'000;
    request.member_id = member_id;
    request.protocol_type = "consumer";
    auto& protocol = request.protocols.emplace_back();
    protocol.name = "range";
    protocol.metadata = Slice::copy_of("subscription");
    return request;
  }

  /// Joins alone and syncs: the member id of a stable group's only member.
  std::string join_alone() {
    find_coordinator();
    const auto first = broker.call<wire::JoinGroupResponse>(join_request(""), 5);
    EXPECT_EQ(first.error_code, ErrorCode::member_id_required);
    const auto joined = broker.call<wire::JoinGroupResponse>(join_request(first.member_id), 5);
    EXPECT_EQ(joined.error_code, ErrorCode::none);
    EXPECT_EQ(joined.generation_id, 1);
    wire::SyncGroupRequest sync;
    sync.group_id = "g";
    sync.generation_id = 1;
    sync.member_id = joined.member_id;
    auto& assignment = sync.assignments.emplace_back();
    assignment.member_id = joined.member_id;
    assignment.assignment = Slice::copy_of("everything");
    const auto synced = broker.call<wire::SyncGroupResponse>(sync, 3);
    EXPECT_EQ(synced.error_code, ErrorCode::none);
    EXPECT_EQ(synced.assignment.text(), "everything");
    return joined.member_id;
  }

  ErrorCode commit(const std::string& member_id, int32_t generation, int64_t offset) {
    wire::OffsetCommitRequest request;
    request.group_id = "g";
    request.member_id = member_id;
    request.generation_id_or_member_epoch = generation;
    auto& topic = request.topics.emplace_back();
    topic.name = "t";
    auto& partition = topic.partitions.emplace_back();
    partition.partition_index = 1;
    partition.committed_offset = offset;
    partition.committed_metadata = "note";
    const auto answer = broker.call<wire::OffsetCommitResponse>(request, 7);
    return answer.topics.at(0).partitions.at(0).error_code;
  }

  wire::OffsetFetchResponse fetch_all() {
    wire::OffsetFetchRequest request;
    request.group_id = "g";
    return broker.call<wire::OffsetFetchResponse>(request, 7);
  }

  TestBroker broker{GetParam(), {"group.initial.rebalance.delay.ms=0"}};
};
INSTANTIATE_TEST_SUITE_P(shards, GroupsTest, testing::Values(1, 3));

TEST_P(GroupsTest, nobody_coordinates_before_find_coordinator_has_made_the_topic) {
  wire::HeartbeatRequest request;
  request.group_id = "g";
  EXPECT_EQ(broker.call<wire::HeartbeatResponse>(request, 3).error_code,
            ErrorCode::not_coordinator);
  find_coordinator();
  EXPECT_EQ(broker.call<wire::HeartbeatResponse>(request, 3).error_code,
            ErrorCode::unknown_member_id);
}

TEST_P(GroupsTest, a_member_joins_syncs_beats_and_leaves) {
  const std::string member = join_alone();
  wire::HeartbeatRequest beat;
  beat.group_id = "g";
  beat.generation_id = 1;
  beat.member_id = member;
  EXPECT_EQ(broker.call<wire::HeartbeatResponse>(beat, 3).error_code, ErrorCode::none);
  wire::DescribeGroupsRequest describe;
  describe.groups = {"g"};
  const auto described = broker.call<wire::DescribeGroupsResponse>(describe, 5).groups.at(0);
  EXPECT_EQ(described.group_state, "Stable");
  EXPECT_EQ(described.members.at(0).client_host, "/127.0.0.1");
  EXPECT_EQ(described.members.at(0).client_id, "test");
  const auto listed = broker.call<wire::ListGroupsResponse>(wire::ListGroupsRequest(), 4);
  ASSERT_EQ(listed.groups.size(), 1U);
  EXPECT_EQ(listed.groups[0].group_state, "Stable");
  wire::LeaveGroupRequest leave;
  leave.group_id = "g";
  leave.members.emplace_back().member_id = member;
  EXPECT_EQ(broker.call<wire::LeaveGroupResponse>(leave, 3).error_code, ErrorCode::none);
  EXPECT_EQ(broker.call<wire::HeartbeatResponse>(beat, 3).error_code, ErrorCode::unknown_member_id);
}

TEST_P(GroupsTest, a_second_member_waits_until_the_first_has_joined_again) {
  const std::string member = join_alone();
  const auto asked = broker.call<wire::JoinGroupResponse>(join_request(""), 5);
  std::promise<wire::JoinGroupResponse> second;
  std::thread waiting([&] {
    second.set_value(broker.call<wire::JoinGroupResponse>(join_request(asked.member_id), 5));
  });
  wire::HeartbeatRequest beat;
  beat.group_id = "g";
  beat.generation_id = 1;
  beat.member_id = member;
  while (broker.call<wire::HeartbeatResponse>(beat, 3).error_code == ErrorCode::none) {
    std::this_thread::yield();  // until the second one's join has begun a rebalance
  }
  const auto again = broker.call<wire::JoinGroupResponse>(join_request(member), 5);
  const auto joined = second.get_future().get();
  waiting.join();
  EXPECT_EQ(again.generation_id, 2);
  EXPECT_EQ(joined.generation_id, 2);
  EXPECT_EQ(again.leader, joined.leader);
  EXPECT_EQ(again.members.size() + joined.members.size(), 2U) << "the leader's list alone";
}

TEST_P(GroupsTest, commits_are_kept_and_stale_ones_refused) {
  const std::string member = join_alone();
  EXPECT_EQ(commit(member, 1, 42), ErrorCode::none);
  EXPECT_EQ(commit(member, 7, 43), ErrorCode::illegal_generation);
  EXPECT_EQ(commit("stranger", 1, 43), ErrorCode::unknown_member_id);
  EXPECT_EQ(commit("", -1, 43), ErrorCode::unknown_member_id);
  const auto fetched = fetch_all();
  ASSERT_EQ(fetched.topics.size(), 1U);
  EXPECT_EQ(fetched.topics[0].partitions.at(0).committed_offset, 42);
  EXPECT_EQ(fetched.topics[0].partitions.at(0).metadata, "note");
}

TEST_P(GroupsTest, an_empty_group_takes_commits_and_can_be_deleted) {
  find_coordinator();
  EXPECT_EQ(commit("", -1, 5), ErrorCode::none);
  EXPECT_EQ(fetch_all().topics.at(0).partitions.at(0).committed_offset, 5);
  wire::DeleteGroupsRequest deletion;
  deletion.groups_names = {"g", "none"};
  const auto deleted = broker.call<wire::DeleteGroupsResponse>(deletion, 2);
  EXPECT_EQ(deleted.results.at(0).error_code, ErrorCode::none);
  EXPECT_EQ(deleted.results.at(1).error_code, ErrorCode::group_id_not_found);
  EXPECT_TRUE(fetch_all().topics.empty());
}

TEST_P(GroupsTest, offsets_of_a_deleted_topic_go_with_it) {
  find_coordinator();
  EXPECT_EQ(commit("", -1, 5), ErrorCode::none);
  wire::DeleteTopicsRequest deletion;
  deletion.topic_names = {"t"};
  deletion.timeout_ms = 1000;
  broker.call<wire::DeleteTopicsResponse>(deletion, 5);
  const auto fetched = fetch_all();
  for (const auto& topic : fetched.topics) {
    for (const auto& partition : topic.partitions) EXPECT_EQ(partition.committed_offset, -1);
  }
}

TEST(GroupsOfVirtualBrokers, are_coordinated_by_one_node_each) {
  TestBroker broker(2, {}, 3);
  wire::FindCoordinatorRequest request;
  for (int i = 0; i < 20; ++i) request.coordinator_keys.push_back("group-" + std::to_string(i));
  const auto found = broker.call<wire::FindCoordinatorResponse>(request, 4);
  std::set<int32_t> nodes;
  for (const auto& coordinator : found.coordinators) {
    nodes.insert(coordinator.node_id);
    for (size_t node = 0; node < 3; ++node) {
      wire::HeartbeatRequest beat;
      beat.group_id = coordinator.key;
      const bool coordinates = coordinator.node_id == static_cast<int32_t>(node) + 1;
      EXPECT_EQ(broker.call<wire::HeartbeatResponse>(beat, 3, node).error_code,
                coordinates ? ErrorCode::unknown_member_id : ErrorCode::not_coordinator);
    }
  }
  EXPECT_EQ(nodes.size(), 3U);
}

}  // namespace
}  // namespace kelp::broker
